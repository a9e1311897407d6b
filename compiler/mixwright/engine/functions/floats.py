"""Functions that map one float to one float, step by step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeAlias

import attrs
import numpy as np

from mixwright.engine import logarithms
from mixwright.engine.arithmetic import larger, smaller
from mixwright.engine.block import Block
from mixwright.engine.functions import VectorFunction
from mixwright.engine.logical import Call, Node
from mixwright.engine.operators.settling import spread
from mixwright.engine.run import Run
from mixwright.frame import Mask, Values

Map: TypeAlias = Callable[..., Values]


def mapped(function: Map) -> VectorFunction:
    """Return the function that applies `function(values, *scalars)` to all floats (`simpleFloatFunc`)."""

    def apply(node: Call, run: Run) -> Block:
        vector, *scalars = (run.block(arg) for arg in node.args if isinstance(arg, Node))
        with np.errstate(all="ignore"):
            values = function(vector.values, *(scalar.values[0] for scalar in scalars))
        slack = spread(
            lambda moved: function(moved, *(scalar.values[0] for scalar in scalars)),
            (vector.values, vector.slack),
        )
        texts = [text for scalar in scalars for text in scalar.annotations]
        return unnamed(attrs.evolve(vector, slack=slack), values, run).annotated(texts)

    return apply


def unnamed(vector: Block, values: Values, run: Run, present: Mask | None = None) -> Block:
    """Return new values for a vector's floats; histograms and metric names go.

    Raises `EvaluationError` when two rows cannot be told apart any more.
    """
    floats = vector.floats if present is None else present
    block = attrs.evolve(vector, values=values, present=floats, histograms=None).compact()
    late = run.options.late_names
    block = block.without_names(late)
    return block if late else block.merged()


def _round(values: Values, nearest: Values | float = 1.0) -> Values:
    inverse = 1.0 / np.asarray(nearest)
    rounded: Values = np.floor(values * inverse + 0.5) / inverse
    return rounded


def _sign(values: Values) -> Values:
    sign: Values = np.where(values < 0, -1.0, np.where(values > 0, 1.0, values))
    return sign


def _radians(values: Values) -> Values:
    return values * np.pi / 180


def _degrees(values: Values) -> Values:
    return values * 180 / np.pi


def _clamp(node: Call, run: Run) -> Block:
    vector, *limits = (run.block(arg) for arg in node.args if isinstance(arg, Node))
    infinite = np.full(len(node.steps), np.inf)
    match node.function:
        case "clamp_min":
            low, high = limits[0].values[0], infinite
        case "clamp_max":
            low, high = -infinite, limits[0].values[0]
        case _:
            low, high = limits[0].values[0], limits[1].values[0]
    with np.errstate(all="ignore"):
        values = larger(low, smaller(high, vector.values))
        possible = vector.floats & ~(high < low)
    texts = [text for limit in limits for text in limit.annotations]
    return unnamed(vector, values, run, possible).annotated(texts)


VECTORS: Final[dict[str, VectorFunction]] = {
    "abs": mapped(np.abs),
    "acos": mapped(np.arccos),
    "acosh": mapped(np.arccosh),
    "asin": mapped(np.arcsin),
    "asinh": mapped(np.arcsinh),
    "atan": mapped(np.arctan),
    "atanh": mapped(np.arctanh),
    "ceil": mapped(np.ceil),
    "clamp": _clamp,
    "clamp_max": _clamp,
    "clamp_min": _clamp,
    "cos": mapped(np.cos),
    "cosh": mapped(np.cosh),
    "deg": mapped(_degrees),
    "exp": mapped(np.exp),
    "floor": mapped(np.floor),
    "ln": mapped(logarithms.ln),
    "log10": mapped(logarithms.log10),
    "log2": mapped(logarithms.log2s),
    "rad": mapped(_radians),
    "round": mapped(_round),
    "sgn": mapped(_sign),
    "sin": mapped(np.sin),
    "sinh": mapped(np.sinh),
    "sqrt": mapped(np.sqrt),
    "tan": mapped(np.tan),
    "tanh": mapped(np.tanh),
}
