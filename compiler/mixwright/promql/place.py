"""Where in a text the parser's complaint belongs, as it reports no position."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final

Span = tuple[int, int]

_TOKEN: Final = re.compile(r'"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])*\'|`[^`]*`|[(){}\[\]]', re.DOTALL)
_CLOSING: Final = {")": "(", "}": "{", "]": "["}
_BEFORE: Final = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*\s*(?:(?:by|without)\s*\([^()]*\)\s*)?$")
_MOST_TRIES: Final = 200


def place(reason: str, text: str, complaint: Callable[[str], str | None]) -> Span | None:
    """Return what the parser means by `reason`; `complaint` is what it says of another text, if anything.

    Of the parts in parentheses, the smallest that alone causes the same complaint is meant.
    """
    if reason.startswith("unexpected end of input"):
        return len(text.rstrip()), len(text.rstrip()) + 1
    if reason.startswith("unclosed left"):
        left = [start for start, end in _open(text) if end is None]
        return (left[-1], left[-1] + 1) if left else None
    for word in (
        *re.findall(r"'([^']+)'", reason),
        *re.findall(r"illegal regex for (.+)$", reason),
    ):
        before = r"\b" if re.match(r"\w", word) else ""
        behind = r"\b" if re.search(r"\w$", word) else ""
        places = [m.start() for m in re.finditer(before + re.escape(word) + behind, text)]
        if len(places) == 1:
            return places[0], places[0] + len(word)
    same = [span for span in _parts(text) if complaint(text[slice(*span)]) == reason]
    return min(same, key=lambda span: span[1] - span[0], default=None)


def _parts(text: str) -> Iterator[Span]:
    """Yield what stands in parentheses, with and without them and the function's name before them."""
    for start, end in _open(text)[:_MOST_TRIES]:
        if end is not None and text[start] == "(":
            yield start + 1, end
            name = _BEFORE.search(text, 0, start)
            if name is not None:
                yield name.start(), end + 1
    yield 0, len(text)


def _open(text: str) -> list[tuple[int, int | None]]:
    """Return where each bracket opens, and where it is closed."""
    found: dict[int, int | None] = {}
    waiting: list[int] = []
    for token in _TOKEN.finditer(text):
        bracket = token[0]
        if bracket in "({[":
            waiting.append(token.start())
            found[token.start()] = None
        elif bracket in _CLOSING and waiting and text[waiting[-1]] == _CLOSING[bracket]:
            found[waiting.pop()] = token.start()
    return list(found.items())
