"""Python source: values and calls written as `ruff format` writes them."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import attrs

WIDTH = 100
_INDENT = "    "


@attrs.frozen
class Name:
    """A name, or any other piece of source that is never broken."""

    text: str


@attrs.frozen(init=False)
class Call:
    """A call: positional arguments, then named ones; what is None is left out."""

    function: str
    arguments: tuple[Code, ...]
    named: tuple[tuple[str, Code], ...]

    def __init__(self, function: str, *arguments: Any, **named: Any) -> None:
        """Take plain values and pieces of source alike."""
        given = tuple((name, value) for name, value in named.items() if value is not None)
        self.__attrs_init__(function, arguments, given)

    def renamed(self, function: str) -> Call:
        """Return the same call of another function."""
        return Call(function, *self.arguments, **dict(self.named))


Code: TypeAlias = Any
"""A `Name`, a `Call`, or a plain value: text, number, flag, None, tuple, list or mapping of these."""


@attrs.frozen
class _Group:
    """A bracket and what is in it, each part with what stands before it."""

    opening: str
    parts: tuple[tuple[str, Code], ...]
    closing: str
    comma: bool = False
    """Whether a comma must follow even a single part, as in a tuple of one."""


def written(value: Code, *, before: str = "", after: str = "", depth: int = 0) -> str:
    """Return source for a value that begins behind `before` on a line of some depth."""
    lines = _lines(value, depth * len(_INDENT) + len(before), len(after), depth)
    return before + "\n".join(lines) + after


def _lines(value: Code, column: int, after: int, depth: int) -> list[str]:
    flat = _flat(value)
    group = _group(value)
    # A comment, or a text of several lines, cannot stand within one.
    if group is None or not group.parts or column + _width(flat) + after <= WIDTH:
        return [flat]
    inside = _INDENT * (depth + 1)
    joined = ", ".join(before + _flat(part) for before, part in group.parts)
    single = len(group.parts) == 1 and group.comma
    if not single and len(inside) + _width(joined) <= WIDTH and not _is_literal(group):
        return [group.opening, inside + joined, _INDENT * depth + group.closing]
    lines = [group.opening]
    for before, part in group.parts:
        first, *rest = _lines(part, len(inside) + _width(before), 1, depth + 1)
        lines += [inside + before + first, *rest]
        lines[-1] += ","
    return [*lines, _INDENT * depth + group.closing]


def _is_literal(group: _Group) -> bool:
    """Tell whether a bracket is one that gets a line for each part at once: any but those of calls."""
    return not group.opening.endswith("(") or group.opening == "("


def _width(text: str) -> int:
    """Return the columns that a text takes: two for each wide character, as ruff counts."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _flat(value: Code) -> str:
    match value:
        case Name(text):
            return text
        case str():
            return quoted(value)
        case float() if not math.isfinite(value):
            return f'float("{value}")'
        case None | bool() | int() | float():
            return repr(value).replace("e+", "e")
    group = _group(value)
    if group is None:
        raise TypeError(f"{type(value).__name__} cannot be written as Python")
    inside = ", ".join(before + _flat(part) for before, part in group.parts)
    comma = "," if group.comma and len(group.parts) == 1 else ""
    return f"{group.opening}{inside}{comma}{group.closing}"


def _group(value: Code) -> _Group | None:
    match value:
        case Call(function, arguments, named):
            parts = [("", one) for one in arguments] + [(f"{name}=", one) for name, one in named]
            return _Group(f"{function}(", tuple(parts), ")")
        case Mapping():
            entries = ((f"{_flat(key)}: ", one) for key, one in value.items())
            return _Group("{", tuple(entries), "}")
        case list():
            return _Group("[", tuple(("", one) for one in value), "]")
        case tuple():
            return _Group("(", tuple(("", one) for one in value), ")", comma=True)
    return None


def quoted(text: str) -> str:
    """Return a text in double quotes, in single ones where that needs fewer backslashes."""
    if text.isprintable() and "\\" not in text and '"' not in text:
        return f'"{text}"'
    inside = "".join(_escaped(character) for character in text)
    if '"' in text and text.count('"') > text.count("'"):
        return "'" + inside.replace("'", "\\'") + "'"
    return '"' + inside.replace('"', '\\"') + '"'


def _escaped(character: str) -> str:
    match character:
        case "\\":
            return "\\\\"
        case "\n":
            return "\\n"
        case "\t":
            return "\\t"
        case "\r":
            return "\\r"
    return character if character.isprintable() else character.encode("unicode_escape").decode()


def one_or_several(values: Sequence[Code]) -> Code:
    """Return a single value as it is, several as a tuple, None for none: as definitions take them."""
    return None if not values else values[0] if len(values) == 1 else tuple(values)


def names_of(values: Iterable[Code]) -> frozenset[str]:
    """Return the functions that calls in some source call, without what follows a dot."""
    found: set[str] = set()
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        match value:
            case Call(function, arguments, named):
                found.add(function.partition(".")[0])
                waiting += [*arguments, *(one for _, one in named)]
            case Mapping():
                waiting += value.values()
            case list() | tuple():
                waiting += value
            case _:
                pass
    return frozenset(found)
