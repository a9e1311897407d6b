"""The binary operators on arrays of floats, as Go computes them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np

from mixwright.frame import Mask, Values
from mixwright.promql.expr import COMPARISONS

_ARITHMETIC: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.divide,
    "%": np.fmod,
    "^": np.power,
    "atan2": np.arctan2,
}
_COMPARISON: Final[dict[str, Callable[[Any, Any], Any]]] = {
    "==": np.equal,
    "!=": np.not_equal,
    ">": np.greater,
    "<": np.less,
    ">=": np.greater_equal,
    "<=": np.less_equal,
}


def computed(op: str, left: Values, right: Values) -> Values:
    """Return `left op right` for an arithmetic operator."""
    with np.errstate(all="ignore"):
        result: Values = _ARITHMETIC[op](left, right)
    return result


def compared(op: str, left: Values, right: Values) -> Mask:
    """Return where `left op right` holds."""
    with np.errstate(all="ignore"):
        result: Mask = _COMPARISON[op](left, right)
    return result


def larger(left: Values, right: Values) -> Values:
    """Return the larger one as Go's `math.Max` has it: infinity beats NaN, which beats the rest."""
    infinite = (left == np.inf) | (right == np.inf)
    result: Values = np.where(infinite, np.inf, np.maximum(left, right))
    return result


def smaller(left: Values, right: Values) -> Values:
    """Return the smaller one as Go's `math.Min` has it: minus infinity beats NaN."""
    return -larger(-left, -right)


def scalar_operation(op: str, left: Values, right: Values) -> Values:
    """Return `left op right` of two scalars; a comparison gives 0 or 1."""
    if op in COMPARISONS:
        return compared(op, left, right).astype(np.float64)
    return computed(op, left, right)
