"""The functions and aggregations of PromQL, with their types.

Source: `promql/parser/functions.go` and `promql/parser/lex.go` of Prometheus 3.x.
"""

from __future__ import annotations

from typing import Final

import attrs

from mixwright.promql.expr import (
    COMPARISONS,
    Aggregate,
    Binary,
    Call,
    Expr,
    Negation,
    Number,
    Range,
    Selector,
    String,
    Subquery,
    ValueType,
)

_S, _V, _M, _T = ValueType.SCALAR, ValueType.VECTOR, ValueType.MATRIX, ValueType.STRING


@attrs.frozen
class Signature:
    """Argument and result types; the last `optional` arguments may be left out, or repeat when `variadic`."""

    args: tuple[ValueType, ...]
    result: ValueType = _V
    optional: int = 0
    variadic: bool = False
    experimental: bool = False


def _many(names: str, signature: Signature) -> dict[str, Signature]:
    return dict.fromkeys(names.split(), signature)


FUNCTIONS: Final[dict[str, Signature]] = {
    **_many(
        "abs absent acos acosh asin asinh atan atanh ceil cos cosh deg exp floor histogram_avg "
        "histogram_count histogram_stddev histogram_stdvar histogram_sum ln log10 log2 rad sgn "
        "sin sinh sort sort_desc sqrt tan tanh timestamp",
        Signature((_V,)),
    ),
    **_many(
        "absent_over_time avg_over_time changes count_over_time delta deriv first_over_time "
        "idelta increase irate last_over_time max_over_time min_over_time present_over_time "
        "rate resets stddev_over_time stdvar_over_time sum_over_time",
        Signature((_M,)),
    ),
    **_many(
        "mad_over_time ts_of_first_over_time ts_of_last_over_time ts_of_max_over_time "
        "ts_of_min_over_time",
        Signature((_M,), experimental=True),
    ),
    **_many(
        "day_of_month day_of_week day_of_year days_in_month hour minute month year",
        Signature((_V,), optional=1),
    ),
    **_many("clamp_max clamp_min", Signature((_V, _S))),
    **_many(
        "sort_by_label sort_by_label_desc",
        Signature((_V, _T), variadic=True, optional=1, experimental=True),
    ),
    **_many("end range start step", Signature((), _S, experimental=True)),
    "clamp": Signature((_V, _S, _S)),
    "double_exponential_smoothing": Signature((_M, _S, _S), experimental=True),
    "histogram_fraction": Signature((_S, _S, _V)),
    "histogram_quantile": Signature((_S, _V)),
    "histogram_quantiles": Signature((_V, _T, _S), variadic=True, experimental=True),
    "info": Signature((_V, _V), optional=1, experimental=True),
    "label_join": Signature((_V, _T, _T, _T), variadic=True, optional=1),
    "label_replace": Signature((_V, _T, _T, _T, _T)),
    "max_of": Signature((_S, _S), _S, experimental=True),
    "min_of": Signature((_S, _S), _S, experimental=True),
    "pi": Signature((), _S),
    "predict_linear": Signature((_M, _S)),
    "quantile_over_time": Signature((_S, _M)),
    "round": Signature((_V, _S), optional=1),
    "scalar": Signature((_V,), _S),
    "start_timestamp": Signature((_V,), experimental=True),
    "time": Signature((), _S),
    "vector": Signature((_S,)),
}

AGGREGATIONS: Final[dict[str, ValueType | None]] = {
    **dict.fromkeys(["avg", "count", "group", "max", "min", "stddev", "stdvar", "sum"]),
    **dict.fromkeys(["bottomk", "limit_ratio", "limitk", "quantile", "topk"], _S),
    "count_values": _T,
}
"""Every aggregation, with the type of its parameter."""


def type_of(expr: Expr) -> ValueType:
    """Return the type of an expression's value."""
    match expr:
        case Number():
            return _S
        case String():
            return _T
        case Selector() | Aggregate():
            return _V
        case Range() | Subquery():
            return _M
        case Call(function):
            return FUNCTIONS[function].result
        case Negation(inner):
            return type_of(inner)
        case Binary(_, left, right):
            return _S if type_of(left) is type_of(right) is _S else _V
    raise TypeError(f"`{type(expr).__name__}` is not a node of PromQL")


def has_condition(expr: Expr) -> bool:
    """Tell whether the outermost operation can leave series out, as an alert's expression must."""
    match expr:
        case Binary(op, left, right, _, bool_):
            if op in COMPARISONS:
                return not bool_
            if op in ("and", "unless"):
                return True
            return has_condition(left) or has_condition(right)
        case Aggregate(_, inner) | Negation(inner):
            return has_condition(inner)
        case Call("absent" | "absent_over_time"):
            return True
        case Call(_, args):
            return any(has_condition(arg) for arg in args)
    return False
