"""Converters from what a definition says to what the model keeps; complaints name file and line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import attrs

from mixwright.errors import DefinitionError, MixwrightError
from mixwright.promql import Expr, Selector, ValueType, parse, type_of, unparse
from mixwright.values import Labels, Matcher, caller, quote, quote_name

Item = TypeVar("Item")


def promql(text: str) -> Expr:
    """Return the tree of a PromQL text.

    Raises `DefinitionError` with the place of the definition and a caret under the place in the text.
    """
    try:
        return parse(text)
    except MixwrightError as error:
        raise DefinitionError(str(error), caller()) from None


def vector(value: str | Expr) -> Expr:
    """Convert text or tree to an expression that yields an instant vector or a scalar.

    A tree composed in Python is parsed once more from its text, which types it as Prometheus would.
    """
    expr = promql(value if isinstance(value, str) else unparse(value))
    if type_of(expr) not in (ValueType.VECTOR, ValueType.SCALAR):
        raise DefinitionError(
            f"`{expr}` must be an instant vector, it is a {type_of(expr).value}; "
            "wrap a range in a function such as `rate()`",
            caller(),
        )
    return expr


def selector_matchers(value: str | Mapping[str, str] | tuple[Matcher, ...]) -> tuple[Matcher, ...]:
    """Convert `'job="node", cluster=~"eu-.*"'` or `{"job": "node"}` to matchers."""
    if isinstance(value, tuple):
        return value
    if isinstance(value, str):
        text = value
    else:
        text = ", ".join(f"{quote_name(name)}={quote(label)}" for name, label in value.items())
    if not text:
        return ()
    match promql("{" + text + ', __name__="any"}'):
        case Selector(_, matchers):
            return matchers[:-1]
    raise DefinitionError(f'`{text}` is not a list of matchers such as `job="node"`', caller())


def label_set(value: Mapping[str, str]) -> Labels:
    """Convert a mapping to labels."""
    return Labels(value)


def several(value: object, kind: type[Item] | tuple[type, ...], what: str) -> tuple[Item, ...]:
    """Convert one thing or several to a tuple, and refuse what is not of the kind."""
    parts = tuple(value) if isinstance(value, tuple | list) else (value,)
    for part in parts:
        if not isinstance(part, kind):
            raise DefinitionError(
                f"{what} must be given here, this is {part!r:.80}; write one, or a tuple of them",
                caller(),
            )
    return parts


def origin_field() -> Any:
    """Return the attrs field that notes where a definition was written; equality ignores it."""
    return attrs.field(factory=caller, eq=False, repr=False, kw_only=True)
