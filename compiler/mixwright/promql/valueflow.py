"""Value flow: between which bounds the values of an expression lie, whatever the data."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Protocol

import attrs

from mixwright.promql.expr import (
    COMPARISONS,
    Aggregate,
    Binary,
    Call,
    Cardinality,
    Expr,
    Negation,
    Number,
    Range,
    Selector,
    Subquery,
    ValueType,
)
from mixwright.promql.functions import type_of
from mixwright.promql.rewrite import walk

_INF = math.inf


@attrs.frozen
class Bounds:
    """The least and the greatest value; NaN is not spoken of, as it compares false with everything."""

    low: float = -_INF
    high: float = _INF

    def __str__(self) -> str:
        if self.low == self.high:
            return f"`{Number(self.low)}`"
        if self.high == _INF:
            return f"`{Number(self.low)}` or more"
        if self.low == -_INF:
            return f"`{Number(self.high)}` or less"
        return f"between `{Number(self.low)}` and `{Number(self.high)}`"

    def map(self, function: Callable[[float], float]) -> Bounds:
        """Return the bounds after a function that never falls."""
        return Bounds(function(self.low), function(self.high))


ANY = Bounds()
_FROM_ZERO = Bounds(0.0, _INF)
_FROM_ONE = Bounds(1.0, _INF)
_ONE = Bounds(1.0, 1.0)
_SHARE = Bounds(0.0, 1.0)


class MetricFacts(Protocol):
    """What somebody knows of metrics by name."""

    def bounds(self, name: str) -> Bounds | None:
        """Return between which bounds the values of a series lie, if that is known."""

    def buckets(self, name: str) -> tuple[float, ...]:
        """Return the finite upper bounds of the buckets that a series is one of, if they are known."""


class NoFacts:
    """Nothing but what the names say."""

    def bounds(self, _name: str) -> Bounds | None:
        """Return nothing."""
        return None

    def buckets(self, _name: str) -> tuple[float, ...]:
        """Return nothing."""
        return ()


_EARLIEST = 1_500_000_000.0
"""Seconds; `time()` has not been less since 2017."""

_BY_FUNCTION = {
    **dict.fromkeys(("absent", "absent_over_time", "present_over_time"), _ONE),
    **dict.fromkeys(
        (
            "changes",
            "exp",
            "histogram_count",
            "increase",
            "irate",
            "mad_over_time",
            "rate",
            "resets",
            "sqrt",
            "stddev_over_time",
            "stdvar_over_time",
        ),
        _FROM_ZERO,
    ),
    "count_over_time": _FROM_ONE,
    "day_of_month": Bounds(1, 31),
    "day_of_week": Bounds(0, 6),
    "day_of_year": Bounds(1, 366),
    "days_in_month": Bounds(28, 31),
    "histogram_fraction": _SHARE,
    "hour": Bounds(0, 23),
    "minute": Bounds(0, 59),
    "month": Bounds(1, 12),
    "sgn": Bounds(-1, 1),
    "time": Bounds(_EARLIEST, _INF),
    "timestamp": _FROM_ZERO,
    "year": Bounds(2017, _INF),
}
_SAME_BOUNDS = frozenset(
    {
        "avg_over_time",
        "first_over_time",
        "info",
        "label_join",
        "label_replace",
        "last_over_time",
        "max_over_time",
        "min_over_time",
        "scalar",
        "sort",
        "sort_by_label",
        "sort_by_label_desc",
        "sort_desc",
        "vector",
    }
)
_ROUNDING = {"ceil": math.ceil, "floor": math.floor}
NO_FACTS: MetricFacts = NoFacts()
_BY_METRIC = {"ALERTS": _ONE, "probe_success": _SHARE, "up": _SHARE}


def bounds(expr: Expr, facts: MetricFacts = NO_FACTS) -> Bounds:
    """Return the bounds of an expression's values."""
    match expr:
        case Number(value):
            return ANY if math.isnan(value) else Bounds(value, value)
        case Selector(name):
            return _of_metric(name or "", facts)
        case Range(inner) | Subquery(inner):
            return bounds(inner, facts)
        case Negation(inner):
            found = bounds(inner, facts)
            return Bounds(-found.high, -found.low)
        case Call():
            return _call(expr, facts)
        case Aggregate():
            return _aggregate(expr, facts)
        case Binary():
            return _binary(expr, facts)
    return ANY


def highest_bucket(call: Call, facts: MetricFacts) -> float | None:
    """Return the highest value that a quantile of classic histograms can have, if that is known."""
    parts = [facts.buckets(selector.name or "") for selector in histograms(call)]
    return max(part[-1] for part in parts) if parts and all(parts) else None


def histograms(call: Call) -> tuple[Selector, ...]:
    """Return what `histogram_quantile()` reads buckets from, without what is joined to add labels."""
    ranges = tuple(range_.selector for range_ in walk(call.args[-1], Range))
    return ranges or tuple(walk(call.args[-1], Selector))


def _of_metric(name: str, facts: MetricFacts) -> Bounds:
    known = _BY_METRIC.get(name) or facts.bounds(name)
    if known is not None:
        return known
    return _FROM_ZERO if name.endswith(("_bucket", "_total")) else ANY


def constant(expr: Expr) -> float | None:
    """Return the one value that an expression without selectors has, if it is known."""
    match expr:
        case Number(value):
            return value
        case Negation(inner) | Call("vector" | "scalar", (inner,)):
            found = constant(inner)
            return -found if found is not None and isinstance(expr, Negation) else found
        case Binary("+" | "-" | "*" | "/", left, right):
            if constant(left) is None or constant(right) is None:
                return None
            found_bounds = bounds(expr)
            return found_bounds.low if found_bounds.low == found_bounds.high else None
    return None


def never_true(op: str, left: Bounds, right: Bounds) -> bool:
    """Tell whether no two values within the bounds satisfy a comparison."""
    match op:
        case ">":
            return left.high <= right.low
        case ">=":
            return left.high < right.low
        case "<":
            return left.low >= right.high
        case "<=":
            return left.low > right.high
        case "==":
            return left.high < right.low or left.low > right.high
    return False


def always_true(op: str, left: Bounds, right: Bounds) -> bool:
    """Tell whether any two values within the bounds satisfy a comparison; NaN is not spoken of."""
    match op:
        case ">":
            return left.low > right.high
        case ">=":
            return left.low >= right.high
        case "<":
            return left.high < right.low
        case "<=":
            return left.high <= right.low
        case "!=":
            return left.high < right.low or left.low > right.high
    return False


def _call(call: Call, facts: MetricFacts) -> Bounds:
    match call:
        case Call(function) if function in _BY_FUNCTION:
            return _BY_FUNCTION[function]
        case Call(function, (inner, *_)) if function in _SAME_BOUNDS:
            return bounds(inner, facts)
        case Call("histogram_quantile", (Number(phi), _)) if 0 <= phi <= 1:
            highest = highest_bucket(call, facts)
            return ANY if highest is None else Bounds(-_INF, highest)
        case Call("ceil" | "floor" as function, (inner,)):
            rounding = _ROUNDING[function]
            return bounds(inner, facts).map(lambda v: v if math.isinf(v) else float(rounding(v)))
        case Call("abs", (inner,)):
            found = bounds(inner, facts)
            if found.low >= 0:
                return found
            return Bounds(max(0.0, -found.high), max(-found.low, found.high))
        case Call("clamp_min", (inner, low)):
            floor = bounds(low, facts).low
            return bounds(inner, facts).map(lambda value: max(value, floor))
        case Call("clamp_max", (inner, high)):
            ceiling = bounds(high, facts).high
            return bounds(inner, facts).map(lambda value: min(value, ceiling))
        case Call("clamp", (inner, low, high)):
            floor, ceiling = bounds(low, facts).low, bounds(high, facts).high
            return bounds(inner, facts).map(lambda value: min(max(value, floor), ceiling))
        case Call("quantile_over_time", (Number(phi), inner)) if 0 <= phi <= 1:
            return bounds(inner, facts)
        case Call("sum_over_time", (inner,)):
            return _sum(bounds(inner, facts))
    return ANY


def _sum(part: Bounds) -> Bounds:
    """Return the bounds of a sum of one or more values: it keeps their sign."""
    return Bounds(
        part.low if part.low >= 0 else -_INF,
        part.high if part.high <= 0 else _INF,
    )


def _aggregate(node: Aggregate, facts: MetricFacts) -> Bounds:
    match node:
        case Aggregate("count" | "count_values"):
            return _FROM_ONE
        case Aggregate("group"):
            return _ONE
        case Aggregate("stddev" | "stdvar"):
            return _FROM_ZERO
        case Aggregate("sum", inner):
            return _sum(bounds(inner, facts))
        case Aggregate("quantile", inner, Number(phi)) if 0 <= phi <= 1:
            return bounds(inner, facts)
        case Aggregate("quantile"):
            return ANY
    return bounds(node.expr, facts)


def _binary(node: Binary, facts: MetricFacts) -> Bounds:
    if node.bool_:
        return _SHARE
    if node.matching.fill_left is not None or node.matching.fill_right is not None:
        return ANY
    left, right = bounds(node.left, facts), bounds(node.right, facts)
    match node.op:
        case "and" | "unless":
            return left
        case "or":
            return Bounds(min(left.low, right.low), max(left.high, right.high))
        case op if op in COMPARISONS:
            return _filtered(node, left, right)
        case "+":
            return Bounds(left.low + right.low, left.high + right.high)
        case "-":
            return Bounds(left.low - right.high, left.high - right.low)
        case "*":
            return _span(operator.mul, left, right)
        case "/" if _is_share(node, facts):
            return _SHARE
        case "/" if right.low > 0 or right.high < 0:
            return _span(operator.truediv, left, right)
        case "/" if left.low >= 0 and right.low >= 0:
            return _FROM_ZERO
    return ANY


def _span(operation: Callable[[float, float], float], left: Bounds, right: Bounds) -> Bounds:
    """Return the bounds of a product or quotient; 0·∞ and ∞/∞ have the limit 0 here."""
    corners = [operation(a, b) for a in (left.low, left.high) for b in (right.low, right.high)]
    known = [0.0 if math.isnan(corner) else corner for corner in corners]
    return Bounds(min(known), max(known))


def _filtered(node: Binary, left: Bounds, right: Bounds) -> Bounds:
    """Return the bounds of the values that a comparison lets through: those of its vector side."""
    op = node.op
    if type_of(node.left) is not ValueType.VECTOR:
        left, right, op = right, left, op.translate(str.maketrans("<>", "><"))
    if op in (">", ">="):
        return Bounds(max(left.low, right.low), left.high)
    if op in ("<", "<="):
        return Bounds(left.low, min(left.high, right.high))
    return left


def _is_share(node: Binary, facts: MetricFacts) -> bool:
    """Tell whether the numerator is a part of the denominator: the same sum of fewer of its series."""
    match node:
        case Binary("/", Aggregate("sum") as part, Aggregate("sum") as whole):
            same = part.grouping == whole.grouping and part.without == whole.without
            one_to_one = node.matching.cardinality is Cardinality.ONE_TO_ONE
            return same and one_to_one and _is_part(part.expr, whole.expr, facts)
    return False


def _is_part(part: Expr, whole: Expr, facts: MetricFacts) -> bool:
    match part, whole:
        case Call("rate" | "increase" as function, (Range(few, window),)), Call(
            other, (Range(many, other_window),)
        ):
            return (function, window) == (other, other_window) and _is_selected(few, many)
        case Selector(), Selector():
            # What can be negative can make the whole smaller than its part.
            return _is_selected(part, whole) and bounds(whole, facts).low >= 0
    return False


def _is_selected(few: Selector, many: Selector) -> bool:
    """Tell whether one selector selects from what the other does."""
    same = (few.name, few.offset, few.at) == (many.name, many.offset, many.at)
    return same and few.name is not None and set(many.matchers) <= set(few.matchers)
