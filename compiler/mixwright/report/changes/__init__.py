"""What a diff says, for a terminal, a pull request, a program and a browser."""

from mixwright.report.changes import html, json, markdown, terminal

__all__ = ["html", "json", "markdown", "terminal"]
