"""Versions: which is older, and which parts of rules and PromQL came with which Prometheus.

Source: Prometheus' changelog.
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.promql import Aggregate, At, Binary, Call, Expr, Selector, Subquery, walk


def older(one: str, other: str) -> bool:
    """Tell whether a version such as `2.42.0` comes before another."""
    return _numbers(one) < _numbers(other)


def _numbers(version: str) -> list[int]:
    parts = version.removeprefix("v").split("-")[0].split(".")
    return [int(part) for part in parts if part.isdigit()]


FUNCTIONS = {
    **dict.fromkeys(("clamp", "last_over_time", "sgn"), "2.26"),
    **dict.fromkeys(("acos", "acosh", "asin", "asinh", "atan", "atanh", "cos", "cosh"), "2.31"),
    **dict.fromkeys(("deg", "pi", "rad", "sin", "sinh", "tan", "tanh"), "2.31"),
    **dict.fromkeys(("histogram_count", "histogram_fraction", "histogram_sum"), "2.40"),
    **dict.fromkeys(("histogram_stddev", "histogram_stdvar"), "2.47"),
    **dict.fromkeys(("mad_over_time", "sort_by_label", "sort_by_label_desc"), "2.49"),
    **dict.fromkeys(("ts_of_last_over_time", "ts_of_max_over_time", "ts_of_min_over_time"), "3.5"),
    **dict.fromkeys(("first_over_time", "ts_of_first_over_time"), "3.7"),
    **dict.fromkeys(("end", "range", "start", "step"), "3.12"),
    **dict.fromkeys(("max_of", "min_of"), "3.13"),
    "absent_over_time": "2.16",
    "double_exponential_smoothing": "3.0",
    "histogram_avg": "2.51",
    "histogram_quantiles": "3.11",
    "info": "2.55",
    "present_over_time": "2.29",
    "start_timestamp": "3.14",
}
"""The functions that were not always there, with the version that has them."""

STABLE_SINCE = {"first_over_time": "3.14"}
"""The functions that needed a feature flag until some version."""

AGGREGATIONS = {"group": "2.20", "limit_ratio": "2.54", "limitk": "2.54"}

_OPERATORS = {"</": "3.11", ">/": "3.11", "atan2": "2.31"}

RULE_FIELDS = {"keep_firing_for": "2.42", "labels": "3.0", "limit": "2.31", "query_offset": "2.53"}
"""Fields of alerts and groups; `labels` are a group's."""


def needs(expr: Expr) -> Iterator[tuple[Expr, str, str]]:
    """Yield what in an expression needs some version of Prometheus: the node, what it is, the version."""
    for node in walk(expr, Expr):
        match node:
            case Call(function) if function in FUNCTIONS:
                yield node, f"`{function}()`", FUNCTIONS[function]
            case Aggregate(op) if op in AGGREGATIONS:
                yield node, f"`{op}()`", AGGREGATIONS[op]
            case Binary(op) if op in _OPERATORS:
                yield node, f"`{op}`", _OPERATORS[op]
            case Binary(matching=matching) if matching.fill_left is not None or (
                matching.fill_right is not None
            ):
                yield node, "`fill`", "3.10"
            case Selector(reach=reach) if reach:
                yield node, f"`{reach}`", "3.7"
            case Selector(at=At()) | Subquery(at=At()):
                yield node, "`@`", "2.33"
            case Selector(offset=offset) | Subquery(offset=offset) if offset.ms < 0:
                yield node, "a negative `offset`", "2.33"
