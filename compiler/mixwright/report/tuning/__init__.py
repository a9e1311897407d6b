"""What tuning says, for a terminal, a program and a browser."""

from mixwright.report.tuning import html, json, terminal

__all__ = ["html", "json", "terminal"]
