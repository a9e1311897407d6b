"""Findings as GitHub's workflow commands, which it shows beside the changed lines."""

from __future__ import annotations

from collections.abc import Sequence

from mixwright.lint.check import Finding

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def render(findings: Sequence[Finding]) -> str:
    """Return one command a line."""
    lines = []
    for finding in findings:
        fields = {"title": finding.code}
        if finding.origin is not None:
            fields |= {"file": finding.origin.relative, "line": str(finding.origin.line)}
        values = ",".join(f"{name}={_escape(value, ':,')}" for name, value in fields.items())
        message = _escape(f"{finding.subject}: {finding.message}")
        lines.append(f"::{_COMMANDS[finding.severity]} {values}::{message}\n")
    return "".join(lines)


def _escape(value: str, more: str = "") -> str:
    """Escape as GitHub's runner unescapes: `%`, line ends, and in properties `:` and `,`."""
    for character in "%\r\n" + more:
        value = value.replace(character, f"%{ord(character):02X}")
    return value
