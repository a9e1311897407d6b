"""Findings for people: carets stand under what is meant."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby

from mixwright.lint.check import SEVERITIES, Finding
from mixwright.promql.carets import underlined
from mixwright.values import Origin

Paint = Callable[[str, str], str]
"""Colours a text; the first argument is `error`, `warning`, `info`, `place` or `code`."""


def plain(_style: str, text: str) -> str:
    """Return a text without any colour."""
    return text


def render(findings: Sequence[Finding], *, paint: Paint = plain, width: int = 100) -> str:
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
