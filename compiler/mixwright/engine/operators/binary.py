"""Binary operators: scalars and vectors step by step, vectors matched by labels once for all steps."""

from __future__ import annotations

import attrs
import numpy as np

from mixwright.engine.arithmetic import compared, computed, scalar_operation
from mixwright.engine.block import Block
from mixwright.engine.logical import Binary, is_scalar
from mixwright.engine.operators.settling import doubtful, plainly, spread
from mixwright.engine.run import Run
from mixwright.frame import Mask, Objects, Values
from mixwright.promql.expr import COMPARISONS, SET_OPERATORS

TRIMS = frozenset({"</", ">/"})
"""The operators that cut a histogram off."""


def binary(node: Binary, run: Run) -> Block:
    """Return `left op right`; raises `EvaluationError` where series cannot be matched."""
    left, right = run.block(node.left), run.block(node.right)
    texts = (*left.annotations, *right.annotations)
    match is_scalar(node.left), is_scalar(node.right):
        case True, True:
            return _of_scalars(node, left, right, run).annotated(texts)
        case False, False:
            if node.op in SET_OPERATORS:
                from mixwright.engine.operators.sets import combined

                return combined(node, left, right).annotated(texts)
            from mixwright.engine.operators.matching import joined

            return joined(node, left, right, run).annotated(texts)
        case vector_right, _:
            return _with_scalar(node, left, right, run, swapped=vector_right).annotated(texts)


def _with_scalar(node: Binary, left: Block, right: Block, run: Run, *, swapped: bool) -> Block:
    vector, scalar = (right, left) if swapped else (left, right)
    number = scalar.values[0]
    sides = (number, vector.values) if swapped else (vector.values, number)
    values, keep = operated(node.op, *np.broadcast_arrays(*sides))
    slack = _slack(node, left, right)
    if node.op in COMPARISONS:
        values, slack = vector.values, vector.slack
        doubt = doubtful((left.values, left.slack), (right.values, right.slack))
        if doubt is not None:
            first, second = plainly(node.left, left, run), plainly(node.right, right, run)
            settled = compared(node.op, *np.broadcast_arrays(first, second))
            keep = np.where(doubt, settled, keep)
            values = np.where(doubt, second if swapped else first, values)
            slack = None if slack is None else np.where(doubt, 0.0, slack)
    present = vector.floats & (keep | node.bool_)
    histograms: Objects | None = None
    texts: list[str] = []
    if vector.histograms is not None:
        from mixwright.engine.operators.histogram_binary import with_scalar

        histograms, present, texts = with_scalar(node.op, vector, number, present, swapped=swapped)
    if node.bool_:
        values, slack = keep.astype(np.float64), None
    block = attrs.evolve(
        vector, values=values, present=present, histograms=histograms, slack=slack
    ).compact()
    if changes_meaning(node.op) or node.bool_:
        late = run.options.late_names
        block = block.without_names(late)
        block = block if late else block.merged()
    return block.annotated(texts)


def _of_scalars(node: Binary, left: Block, right: Block, run: Run) -> Block:
    values = scalar_operation(node.op, left.values[0], right.values[0])
    slack = None
    if node.op in COMPARISONS:
        doubt = doubtful((left.values, left.slack), (right.values, right.slack))
        if doubt is not None:
            first, second = plainly(node.left, left, run), plainly(node.right, right, run)
            settled = scalar_operation(node.op, first[0], second[0])
            values = np.where(doubt[0], settled, values)
    else:
        slack = _slack(node, left, right)
    return attrs.evolve(Block.scalar(values), slack=slack)


def _slack(node: Binary, left: Block, right: Block) -> Values | None:
    """Return the slack of an arithmetic operation with at least one scalar."""
    if node.op in COMPARISONS or node.op in TRIMS:
        return None
    return spread(
        lambda one, other: computed(node.op, one, other),
        (left.values, left.slack),
        (right.values, right.slack),
    )


def changes_meaning(op: str) -> bool:
    """Tell whether a result is another metric than its operand, and so loses its name."""
    return op not in COMPARISONS and op not in TRIMS


def operated(op: str, left: Values, right: Values) -> tuple[Values, Mask]:
    """Return the value of `left op right` for vectors, and where it is kept."""
    if op in TRIMS:
        return left, np.zeros(left.shape, bool)
    if op in COMPARISONS:
        return left, compared(op, left, right)
    return computed(op, left, right), np.ones(left.shape, bool)
