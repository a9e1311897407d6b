"""Findings as text for people, with carets under what is meant, and in the formats that machines read."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import groupby

from mixwright.lint.check import SEVERITIES, Finding
from mixwright.values import Origin

Paint = Callable[[str, str], str]
"""Colours a text; the first argument is `error`, `warning`, `info`, `place` or `code`."""

Spans = Sequence[tuple[int, int]]


def plain(_style: str, text: str) -> str:
    """Return a text without any colour."""
    return text


def text(findings: Sequence[Finding], *, paint: Paint = plain, width: int = 100) -> str:
    """Return findings for a terminal, grouped by place; an empty string when there are none.

    Expressions are shown as they are emitted, cut around the caret where they exceed `width`.
    """
    blocks = []
    for (origin, subject, mixin), group in groupby(findings, key=_place):
        where = "" if origin is None else f"{origin}: "
        whose = f" of mixin `{mixin}`" if mixin else ""
        lines = [paint("place", f"{where}{subject}{whose}")]
        for (expression, spans), found in groupby(group, key=lambda f: (f.text, f.spans)):
            if expression:
                lines += [f"  {line}" for line in underlined(expression, spans, width - 2)]
            for finding in found:
                severity = paint(finding.severity, f"{finding.severity}:")
                code = paint("code", f"[{finding.code}]")
                lines.append(f"  {severity} {finding.message}  {code}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def underlined(line: str, spans: Spans, width: int) -> tuple[str, str]:
    """Return a text, cut to a width around the first span, and carets under every span."""
    carets = [" "] * len(line)
    for start, end in spans:
        carets[start:end] = "^" * (end - start)
    under = "".join(carets)
    if len(line) > width:
        # Keep a third of the line as context before the first caret.
        first = min((start for start, _ in spans), default=0)
        start = max(0, min(first - width // 3, len(line) - width))
        line, under = _cut(line, start, start + width, "…"), _cut(under, start, start + width, " ")
    return line, under.rstrip()


def to_json(findings: Sequence[Finding]) -> str:
    """Return findings as a JSON array; spans are half-open ranges of `expr`."""
    return json.dumps([_fields(finding) for finding in findings], indent=2, ensure_ascii=False)


def github(findings: Sequence[Finding]) -> str:
    """Return findings as workflow commands, which GitHub shows beside the changed lines."""
    commands = {"error": "error", "warning": "warning", "info": "notice"}
    lines = []
    for finding in findings:
        fields = {"title": finding.code}
        if finding.origin is not None:
            file, _, line = str(finding.origin).rpartition(":")
            fields |= {"file": file, "line": line}
        values = ",".join(f"{name}={_escape(value, ':,')}" for name, value in fields.items())
        message = _escape(f"{finding.subject}: {finding.message}")
        lines.append(f"::{commands[finding.severity]} {values}::{message}\n")
    return "".join(lines)


def summary(findings: Sequence[Finding]) -> str:
    """Return how many findings there are of each severity, in words."""
    counts = [(sum(f.severity == severity for f in findings), severity) for severity in SEVERITIES]
    words = [
        f"{n} {severity}{'s' if n > 1 and severity != 'info' else ''}"
        for n, severity in counts
        if n
    ]
    return ", ".join(words) or "nothing found"


def _place(finding: Finding) -> tuple[Origin | None, str, str]:
    return finding.origin, finding.subject, finding.mixin


def _cut(line: str, start: int, end: int, mark: str) -> str:
    left = mark if start > 0 else ""
    right = mark if end < len(line) else ""
    return left + line[start + len(left) : end - len(right)] + right


def _fields(finding: Finding) -> dict[str, object]:
    fields: dict[str, object] = {
        "code": finding.code,
        "severity": finding.severity,
        "message": finding.message,
        "mixin": finding.mixin,
        "subject": finding.subject,
    }
    if finding.origin is not None:
        file, _, line = str(finding.origin).rpartition(":")
        fields |= {"file": file, "line": int(line)}
    if finding.text:
        fields |= {"expr": finding.text, "spans": finding.spans}
    return fields


def _escape(value: str, more: str = "") -> str:
    """Escape as GitHub's runner unescapes: `%`, line ends, and in properties `:` and `,`."""
    for character in "%\r\n" + more:
        value = value.replace(character, f"%{ord(character):02X}")
    return value
