"""Conditions: which part of an expression has none, and what returns something whatever the data."""

from __future__ import annotations

from mixwright.promql import (
    Aggregate,
    Binary,
    Call,
    Expr,
    Negation,
    Range,
    Selector,
    String,
    Subquery,
    ValueType,
    type_of,
)
from mixwright.promql.expr import COMPARISONS

_STATES = frozenset({"ALERTS", "ALERTS_FOR_STATE"})


def unconditional(expr: Expr, conditional: frozenset[str] = frozenset()) -> Expr | None:
    """Return the first part of an expression that keeps series whatever their values, if any.

    Series of the metrics in `conditional` are only there while something is wrong.
    """
    match expr:
        case Selector(name) if name in conditional or name in _STATES:
            return None
        case Call("absent" | "absent_over_time") | Binary("and" | "unless"):
            return None
        case Binary("or", left, right):
            first = unconditional(left, conditional)
            return unconditional(right, conditional) if first is None else first
        case Binary(op, _, _, _, False) if op in COMPARISONS:
            return None
        case Binary(_, left, right):
            # Arithmetic and `bool` return nothing for what one side leaves out.
            if any(unconditional(side, conditional) is None for side in (left, right)):
                return None
        case Aggregate(_, inner) | Negation(inner) | Range(inner) | Subquery(inner):
            return None if unconditional(inner, conditional) is None else expr
        case Call(_, args) if type_of(expr) is ValueType.VECTOR:
            vectors = [a for a in args if type_of(a) in (ValueType.VECTOR, ValueType.MATRIX)]
            if any(unconditional(vector, conditional) is None for vector in vectors):
                return None
    return expr


def always_returns(expr: Expr) -> bool:
    """Tell whether an expression has a result even when there is no data at all."""
    if type_of(expr) is ValueType.SCALAR:
        return True
    match expr:
        case Binary("or", left, right):
            return always_returns(left) or always_returns(right)
        case Binary("and" | "unless"):
            return False
        case Binary(op, left, right, _, bool_) if bool_ or op not in COMPARISONS:
            return always_returns(left) and always_returns(right)
        case Aggregate(_, inner) | Negation(inner):
            return always_returns(inner)
        case Call(function, args) if function not in ("absent", "absent_over_time"):
            return all(always_returns(arg) for arg in args if not isinstance(arg, String))
    return False
