"""Attributes of options that are checked as they are written: what they may be is said where they are declared.

With `each`, an override can set the option for single series, fields or columns.
"""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Callable, Iterable
from typing import Any

import attrs

from mixwright.errors import DefinitionError
from mixwright.values import caller

_HUES = "red|orange|yellow|green|blue|purple"
_COLOUR = re.compile(
    rf"(?:(?:dark|semi-dark|light|super-light)-)?(?:{_HUES})|text|transparent|white|black|gr[ae]y"
    r"|#(?:[0-9a-fA-F]{3,4}|[0-9a-fA-F]{6}|[0-9a-fA-F]{8})|(?:rgb|hsl)a?\([\d\s.,%/]+\)"
)

Check = Callable[[Any, "attrs.Attribute[Any]", Any], None]


def choice(*values: object, each: bool = False) -> Any:
    """Return a field that holds one of `values`, the first unless given."""
    return _field(values[0], _among(values), each)


def flag(default: bool = False, *, each: bool = False) -> Any:
    """Return a field that is true or false."""

    def check(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
        if not isinstance(value, bool):
            refuse(instance, attribute, value, "true or false")

    return _field(default, check, each)


def number(
    default: float | None = None,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    whole: bool = False,
    each: bool = False,
) -> Any:
    """Return a field that holds a finite number, or `None` where that is the default."""
    kind = "a whole number" if whole else "a number"
    lower = f" from {low:g}" if math.isfinite(low) else ""
    upper = f" to {high:g}" if math.isfinite(high) else ""

    def check(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
        if value is None and default is None:
            return
        fits = isinstance(value, int) if whole else isinstance(value, int | float)
        if isinstance(value, bool) or not fits or not math.isfinite(value):
            refuse(instance, attribute, value, kind + lower + upper)
        if not low <= value <= high:
            refuse(instance, attribute, value, kind + lower + upper)

    return _field(default, check, each)


def text(default: str = "", *, each: bool = False) -> Any:
    """Return a field that holds a text."""

    def check(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
        if not isinstance(value, str):
            refuse(instance, attribute, value, "a text")

    return _field(default, check, each)


def colour(default: str = "", *, each: bool = False) -> Any:
    """Return a field that holds one of Grafana's colours or one of CSS, or none."""

    def check(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
        if value != "" and not is_colour(value):
            refuse(instance, attribute, value, "a colour such as `red`, `dark-green` or `#73bf69`")

    return _field(default, check, each)


def texts(*values: str, among: Iterable[str] = (), each: bool = False) -> Any:
    """Return a field that holds several texts; `among` lists those that there are."""
    known = tuple(among)

    def check(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
        for one in value:
            if not isinstance(one, str):
                refuse(instance, attribute, one, "one text or several")
            if known and one not in known:
                _among(known)(instance, attribute, one)

    return _field(values, check, each, converter=several_texts)


def is_colour(value: object) -> bool:
    """Tell whether Grafana can draw in a colour of this name."""
    return isinstance(value, str) and _COLOUR.fullmatch(value) is not None


def refuse(
    instance: Any, attribute: attrs.Attribute[Any], value: object, wanted: str, hint: str = ""
) -> None:
    """Raise the error for a value that an attribute cannot have, with the place of the definition."""
    origin = getattr(instance, "origin", None) or caller()
    raise DefinitionError(
        f"`{attribute.alias}` of `{type(instance).__name__}` must be {wanted}; this is `{value!r:.60}`{hint}",
        origin,
    )


def _among(values: tuple[object, ...]) -> Check:
    listed = ", ".join(f"`{value}`" for value in values[:12])
    if len(values) > 12:
        listed += f" and {len(values) - 12} more"

    def check(instance: Any, attribute: attrs.Attribute[Any], value: Any) -> None:
        # `True == 1`, and neither stands for the other here.
        if not any(value == one and type(value) is type(one) for one in values):
            near = difflib.get_close_matches(str(value), map(str, values), n=1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            refuse(instance, attribute, value, f"one of {listed}", hint)

    return check


def several_texts(value: str | Iterable[str]) -> tuple[str, ...]:
    """Convert one text or several."""
    return (value,) if isinstance(value, str) else tuple(value)


def _field(default: object, check: Check, each: bool, converter: Any = None) -> Any:
    return attrs.field(
        default=default,
        validator=check,
        converter=converter,
        kw_only=True,
        metadata={"each": each},
    )
