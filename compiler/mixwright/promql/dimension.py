"""Dimensions: what an expression's values measure, told from metric names by Prometheus' conventions."""

from __future__ import annotations

from typing import Literal, TypeAlias

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
    Subquery,
)
from mixwright.promql.rewrite import walk

Dimension: TypeAlias = Literal["bytes", "bytes per second", "ratio", "seconds"]

_SUFFIXES: tuple[tuple[str, Dimension], ...] = (
    ("_bytes", "bytes"),
    ("_seconds", "seconds"),
    ("_ratio", "ratio"),
)
_PER_SECOND: dict[Dimension, Dimension] = {"bytes": "bytes per second", "seconds": "ratio"}
_SAME = frozenset(
    {
        "abs",
        "avg_over_time",
        "clamp",
        "clamp_max",
        "clamp_min",
        "delta",
        "increase",
        "label_join",
        "label_replace",
        "last_over_time",
        "max_over_time",
        "min_over_time",
        "predict_linear",
        "sort",
        "sort_desc",
    }
)


def dimension(expr: Expr) -> Dimension | None:
    """Return what an expression measures, or `None` when its metrics' names do not say."""
    match expr:
        case Selector(str(name)):
            return _of_metric(name)
        case Range(inner) | Subquery(inner) | Negation(inner):
            return dimension(inner)
        case Call("rate" | "irate" | "deriv", (inner,)):
            found = dimension(inner)
            return None if found is None else _PER_SECOND.get(found)
        case Call("histogram_quantile", (_, buckets)):
            measured = {_of_metric(s.name or "") for s in walk(buckets, Selector)}
            return measured.pop() if len(measured) == 1 else None
        case Call("quantile_over_time", (_, inner)):
            return dimension(inner)
        case Call(function, (inner, *_)) if function in _SAME:
            return dimension(inner)
        case Aggregate("count" | "count_values" | "group" | "stdvar"):
            return None
        case Aggregate(_, inner):
            return dimension(inner)
        case Binary():
            return _of_binary(expr)
    return None


def _of_metric(name: str) -> Dimension | None:
    if ":" in name or name.endswith("_timestamp_seconds"):
        return None
    for kind in ("_total", "_sum", "_bucket"):
        name = name.removesuffix(kind)
    return next((found for suffix, found in _SUFFIXES if name.endswith(suffix)), None)


def _of_binary(node: Binary) -> Dimension | None:
    if node.bool_:
        return None
    left = dimension(node.left)
    if node.op in COMPARISONS:
        return dimension(node.right) if isinstance(node.left, Number) else left
    if node.op in ("and", "unless"):
        return left
    right = dimension(node.right)
    match node.op:
        case "or" | "+" | "-" if left == right:
            return left
        case "+" | "-" if "ratio" in (left, right) and any(
            isinstance(side, Number) for side in (node.left, node.right)
        ):
            return "ratio"
        case "/" if left is not None and left == right:
            return "ratio"
    return None
