"""The functions that Go's templates have of their own.

Source: Go's `text/template/funcs.go`. `call` is left out: no value of an alert is a function.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from urllib.parse import quote_plus

from mixwright.templating.errors import TemplateError
from mixwright.templating.gofmt import plain as _plain
from mixwright.templating.gofmt import sprint, sprintf
from mixwright.templating.gotypes import GoValue, StringMap, is_true, type_name
from mixwright.templating.signature import ANY, STRING, Callee, callee

_KINDS = {"bool": "bool", "int": "int", "float64": "float", "string": "string"}


def _kind(value: GoValue) -> str | None:
    return _KINDS.get(type_name(value))


def _incompatible(first: GoValue, second: GoValue) -> TemplateError:
    return TemplateError(
        f"incompatible types for comparison: {type_name(first)} and {type_name(second)}"
    )


def _eq(first: GoValue, *others: GoValue) -> bool:
    if not others:
        raise TemplateError("missing argument for comparison")
    for other in others:
        if _kind(first) != _kind(other) and first is not None and other is not None:
            raise _incompatible(first, other)
        if isinstance(first, dict | list):
            raise TemplateError(f"non-comparable type {_plain(first)}: {type_name(first)}")
        if first is other or (_kind(first) == _kind(other) and first == other):
            return True
    return False


def _ne(first: GoValue, second: GoValue) -> bool:
    return not _eq(first, second)


def _ordered(compare: Callable[[GoValue, GoValue], bool]) -> Callable[[GoValue, GoValue], bool]:
    def ordered(first: GoValue, second: GoValue) -> bool:
        kinds = _kind(first), _kind(second)
        if None in kinds or (kinds == ("bool", "bool")):
            raise TemplateError("invalid type for comparison")
        if kinds[0] != kinds[1]:
            raise _incompatible(first, second)
        if kinds[0] == "string":
            return compare(first.encode(), second.encode())
        return compare(first, second)

    return ordered


def _index(item: GoValue, *keys: GoValue) -> GoValue:
    for key in keys:
        match item:
            case None:
                raise TemplateError("index of untyped nil")
            case dict():
                if not isinstance(key, str):
                    raise TemplateError(f"value has type {type_name(key)}; should be string")
                item = item.get(key, "" if isinstance(item, StringMap) else None)
            case list():
                item = item[_position(key, len(item))]
            case str():
                item = item.encode()[_position(key, len(item.encode()))]
            case _:
                raise TemplateError(f"can't index item of type {type_name(item)}")
    return item


def _position(key: GoValue, length: int, *, end: bool = False) -> int:
    if not isinstance(key, int) or isinstance(key, bool):
        what = "nil" if key is None else f"type {type_name(key)}"
        raise TemplateError(f"cannot index slice/array with {what}")
    if not 0 <= key < length + end:
        raise TemplateError(f"index out of range: {key}")
    return key


def _slice(item: GoValue, *bounds: GoValue) -> GoValue:
    if item is None:
        raise TemplateError("slice of untyped nil")
    if len(bounds) > 3:
        raise TemplateError(f"too many slice indexes: {len(bounds)}")
    if isinstance(item, str) and len(bounds) == 3:
        raise TemplateError("cannot 3-index slice a string")
    if not isinstance(item, str | list):
        raise TemplateError(f"can't slice item of type {type_name(item)}")
    whole = item.encode() if isinstance(item, str) else item
    ends = [_position(bound, len(whole), end=True) for bound in bounds[:2]]
    start, stop = (*ends, *(0, len(whole))[len(ends) :])
    if start > stop:
        raise TemplateError(f"invalid slice index: {start} > {stop}")
    part = whole[start:stop]
    return part.decode(errors="replace") if isinstance(part, bytes) else type(item)(part)


def _len(item: GoValue) -> int:
    match item:
        case None:
            raise TemplateError("len of nil pointer")
        case str():
            return len(item.encode())
        case dict() | list():
            return len(item)
    raise TemplateError(f"len of type {type_name(item)}")


def _text(*values: GoValue) -> str:
    return values[0] if len(values) == 1 and isinstance(values[0], str) else sprint(*values)


_HTML = str.maketrans(
    {'"': "&#34;", "'": "&#39;", "&": "&amp;", "<": "&lt;", ">": "&gt;", "\0": "\ufffd"}
)
_JS = {"\\": r"\\", "'": r"\'", '"': r"\"", "<": r"\u003C", ">": r"\u003E"}
_JS |= {"&": r"\u0026", "=": r"\u003D"}


def _js_char(char: str) -> str:
    if char in _JS:
        return _JS[char]
    return char if char.isprintable() else f"\\u{ord(char):04X}"


def _unused(*_: GoValue) -> GoValue:
    raise AssertionError("`and` and `or` are evaluated by the executor, which stops early")


BUILTINS: dict[str, Callee] = {
    "and": callee(_unused, ANY, variadic=ANY),
    "or": callee(_unused, ANY, variadic=ANY),
    "not": callee(lambda value: not is_true(value), ANY),
    "eq": callee(_eq, ANY, variadic=ANY),
    "ne": callee(_ne, ANY, ANY),
    "lt": callee(_ordered(operator.lt), ANY, ANY),
    "le": callee(_ordered(operator.le), ANY, ANY),
    "gt": callee(_ordered(operator.gt), ANY, ANY),
    "ge": callee(_ordered(operator.ge), ANY, ANY),
    "index": callee(_index, ANY, variadic=ANY),
    "slice": callee(_slice, ANY, variadic=ANY),
    "len": callee(_len, ANY),
    "print": callee(sprint, variadic=ANY),
    "printf": callee(sprintf, STRING, variadic=ANY),
    "println": callee(lambda *values: " ".join(map(_plain, values)) + "\n", variadic=ANY),
    "html": callee(lambda *values: _text(*values).translate(_HTML), variadic=ANY),
    "js": callee(lambda *values: "".join(map(_js_char, _text(*values))), variadic=ANY),
    "urlquery": callee(lambda *values: quote_plus(_text(*values)), variadic=ANY),
}
