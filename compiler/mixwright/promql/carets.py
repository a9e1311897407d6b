"""Carets under parts of an expression's text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

Spans: TypeAlias = Sequence[tuple[int, int]]
"""Half-open ranges of a text."""


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


def _cut(line: str, start: int, end: int, mark: str) -> str:
    left = mark if start > 0 else ""
    right = mark if end < len(line) else ""
    return left + line[start + len(left) : end - len(right)] + right
