"""Findings as text for people, with carets under what is meant, and in the formats that machines read."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from itertools import groupby

from mixwright.lint.check import SEVERITIES, Finding
from mixwright.promql import Expr, unparse_with_spans
from mixwright.values import Origin

Paint = Callable[[str, str], str]
"""Colours a text; the first argument is `error`, `warning`, `info`, `place` or `code`."""

Span = tuple[int, int]


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
        lines = [paint("place", f"{where}{subject} of mixin `{mixin}`")]
        for (expr, node), found in groupby(group, key=lambda finding: (finding.expr, finding.node)):
            if expr is not None and node is not None:
                lines += [f"  {line}" for line in underlined(expr, node, width - 2)]
            for finding in found:
                severity = paint(finding.severity, f"{finding.severity}:")
                code = paint("code", f"[{finding.code}]")
                lines.append(f"  {severity} {finding.message}  {code}")
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n" if blocks else ""


def underlined(expr: Expr, node: Expr, width: int) -> tuple[str, str]:
    """Return the canonical text of an expression, and carets under every place of one of its nodes."""
    spanned = unparse_with_spans(expr)
    spans = spanned.of(node)
    carets = [" "] * len(spanned.text)
    for start, end in spans:
        carets[start:end] = "^" * (end - start)
    first = min((start for start, _ in spans), default=0)
    line, under = spanned.text, "".join(carets)
    if len(line) > width:
        # Keep a third of the line as context before the first caret.
        start = max(0, min(first - width // 3, len(line) - width))
        end = start + width
        line, under = _cut(line, start, end, "…"), _cut(under, start, end, " ")
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
    if finding.expr is not None and finding.node is not None:
        spanned = unparse_with_spans(finding.expr)
        fields |= {"expr": spanned.text, "spans": spanned.of(finding.node)}
    return fields


def _escape(value: str, more: str = "") -> str:
    """Escape as GitHub's runner unescapes: `%`, line ends, and in properties `:` and `,`."""
    for character in "%\r\n" + more:
        value = value.replace(character, f"%{ord(character):02X}")
    return value
