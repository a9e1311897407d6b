"""Calculations: what makes one value of a field (`fieldReducers` of `@grafana/data` 13.2, nulls ignored)."""

from __future__ import annotations

import itertools
import math
import sys
from collections.abc import Callable, Sequence
from functools import cmp_to_key
from typing import Any, Final

from mixwright.preview.transform.frame import Field, Type

TITLES: Final = {
    "lastNotNull": "Last *",
    "last": "Last",
    "firstNotNull": "First *",
    "first": "First",
    "min": "Min",
    "max": "Max",
    "mean": "Mean",
    "median": "Median",
    "variance": "Variance",
    "stdDev": "StdDev",
    "sum": "Total",
    "count": "Count",
    "range": "Range",
    "delta": "Delta",
    "step": "Step",
    "diff": "Difference",
    "logmin": "Min (above zero)",
    "allIsZero": "All Zeros",
    "allIsNull": "All Nulls",
    "changeCount": "Change Count",
    "distinctCount": "Distinct Count",
    "diffperc": "Difference percent",
    "allValues": "All values",
    "uniqueValues": "All unique values",
}
_EMPTY: Final[dict[str, Any]] = {
    **dict.fromkeys(("count", "sum", "delta"), 0),
    "allIsZero": False,
    "allIsNull": True,
}

_LARGEST: Final = sys.float_info.max
_OF_TEXTS: Final[dict[str, Any]] = {
    **dict.fromkeys(("sum", "delta", "diffperc", "variance", "stdDev"), 0),
    "allIsZero": False,
    "allIsNull": True,
    "logmin": _LARGEST,
}
"""What calculations with numbers make of texts."""


def title(calculation: str) -> str:
    """Return what the column of a calculation is called."""
    if calculation not in TITLES:
        number = int(calculation[1:])
        ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
        return f"{number}{'th' if 3 < number < 21 else ending} %"
    return TITLES[calculation]


def result_type(calculation: str, before: Type) -> Type:
    """Return the type of the values that a calculation yields."""
    if calculation in ("count", "distinctCount", "changeCount"):
        return "number"
    return "boolean" if calculation in ("allIsNull", "allIsZero") else before


def calculated(field: Field, calculation: str) -> Any:
    """Return the value that a calculation makes of a field, `None` where there is none."""
    values = field.values
    if not len(values):
        return _EMPTY.get(calculation)
    if calculation.startswith("p") and calculation[1:].isdigit():
        return _percentile(values, int(calculation[1:]) / 100)
    if calculation in _ANY:
        return _ANY[calculation](values)
    mixed = any(isinstance(value, str | list) for value in values)
    if mixed or field.type not in ("number", "time"):
        return _OF_TEXTS.get(calculation)
    return _NUMBERS[calculation](values)


def _there(values: Sequence[Any]) -> list[Any]:
    """Return the values that are neither null nor NaN."""
    return [one for one in values if one is not None and one == one]


def _percentile(values: Sequence[Any], share: float) -> Any:
    ordered = sorted((one for one in values if one is not None), key=cmp_to_key(_by_number))
    return ordered[math.floor((len(ordered) - 1) * share + 0.5)] if ordered else None


def _by_number(left: Any, right: Any) -> int:
    if not isinstance(left, int | float) or not isinstance(right, int | float):
        return 0  # what JavaScript cannot subtract stays where it is
    return -1 if left < right else 1 if left > right else 0


def _median(values: Sequence[Any]) -> Any:
    ordered = sorted((one for one in values if one is not None), key=cmp_to_key(_by_number))
    middle = len(ordered) // 2
    if not ordered or (len(ordered) % 2 == 0 and isinstance(ordered[0], str)):
        return math.nan
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


def _changes(values: Sequence[Any]) -> int:
    known = [one for one in values if one is not None]
    return sum(left != right for left, right in itertools.pairwise(known))


def _variance(values: Sequence[Any]) -> float:
    known = [one for one in values if one is not None]
    mean, squares = 0.0, 0.0
    for count, value in enumerate(known, 1):
        before = mean
        mean += (value - before) / count
        squares += (value - before) * (value - mean)
    return squares / len(known) if known else 0.0


def _delta(values: Sequence[Any]) -> float:
    """Return by how much a counter grew; after a reset it counts from the next value on."""
    known, total, rising = _there(values), 0.0, True
    for left, right in itertools.pairwise(known):
        if left > right:
            rising = False
        else:
            if rising:
                total += right - left
            rising = True
    return total


def _difference(values: Sequence[Any]) -> Any:
    known = _there(values)
    return known[-1] - known[0] if known else None


def _percent(values: Sequence[Any]) -> Any:
    known = _there(values)
    if not known:
        return 0
    change = known[-1] - known[0]
    if known[0]:
        return change / known[0] * 100
    return math.copysign(math.inf, change) if change else math.nan


def _range(values: Sequence[Any]) -> Any:
    known = _there(values)
    return max(known) - min(known) if known else None


def _step(values: Sequence[Any]) -> Any:
    known = _there(values)
    return min((b - a for a, b in itertools.pairwise(known)), default=None)


_ANY: Final[dict[str, Callable[[Sequence[Any]], Any]]] = {
    "lastNotNull": lambda values: next(iter(_there(values)[-1:]), None),
    "last": lambda values: values[-1],
    "firstNotNull": lambda values: next(iter(_there(values)), None),
    "first": lambda values: values[0],
    "count": lambda values: sum(one is not None for one in values),
    "median": _median,
    "changeCount": _changes,
    "distinctCount": lambda values: len({str(one) for one in values if one is not None}),
    "allValues": lambda values: list(values),
    "uniqueValues": lambda values: list({str(one): one for one in values}.values()),
}
_NUMBERS: Final[dict[str, Callable[[Sequence[Any]], Any]]] = {
    "min": lambda values: min(_there(values), default=None),
    "max": lambda values: max(_there(values), default=None),
    "allIsNull": lambda values: not _there(values),
    "mean": lambda values: sum(_there(values)) / len(_there(values)) if _there(values) else None,
    "sum": lambda values: sum(_there(values)),
    "variance": _variance,
    "stdDev": lambda values: math.sqrt(_variance(values)),
    "range": _range,
    "delta": _delta,
    "step": _step,
    "diff": _difference,
    "diffperc": _percent,
    "logmin": lambda values: min((one for one in _there(values) if one > 0), default=_LARGEST),
    "allIsZero": lambda values: bool(_there(values)) and not any(_there(values)),
}
