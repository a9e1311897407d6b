"""Physical operators: each computes one family of plan nodes over whole matrices."""

from __future__ import annotations

import attrs
import numpy as np

from mixwright.engine import logical
from mixwright.engine.block import Block
from mixwright.engine.run import Run


def compute(node: logical.Node, run: Run) -> Block:
    """Return the value of a node; the values of its inputs come from `run`."""
    match node:
        case logical.Literal(steps, value):
            return Block.scalar(np.full(len(steps), value))
        case logical.Nothing(steps):
            return Block.empty(len(steps))
        case logical.Clock(steps):
            return Block.scalar(steps.times / 1000)
        case logical.Repeat(steps, inner):
            return _repeated(run.constant(inner), len(steps))
        case logical.Select():
            from mixwright.engine.operators.select import select

            return select(node, run)
        case logical.RangeCall():
            from mixwright.engine.operators.range_call import range_call

            return range_call(node, run)
        case logical.Call():
            from mixwright.engine.operators.call import call

            return call(node, run)
        case logical.Aggregate():
            from mixwright.engine.operators.aggregate import aggregate

            return aggregate(node, run)
        case logical.Binary():
            from mixwright.engine.operators.binary import binary

            return binary(node, run)
        case logical.Negate():
            return _negated(run.block(node.inner), run)
        case logical.Info():
            from mixwright.engine.operators.info import info

            return info(node, run)
    raise TypeError(f"`{type(node).__name__}` has no value at every step")


def _repeated(block: Block, steps: int) -> Block:
    return attrs.evolve(
        block,
        values=np.repeat(block.values, steps, axis=1),
        present=np.repeat(block.present, steps, axis=1),
        histograms=None if block.histograms is None else np.repeat(block.histograms, steps, axis=1),
        slack=None if block.slack is None else np.repeat(block.slack, steps, axis=1),
    )


def _negated(block: Block, run: Run) -> Block:
    histograms = block.histograms
    if histograms is not None:
        histograms = histograms.copy()
        for place in np.argwhere(block.present & ~block.floats):
            histograms[tuple(place)] = histograms[tuple(place)].scaled(-1.0)
    negated = attrs.evolve(block, values=-block.values, histograms=histograms)
    late = run.options.late_names
    named = negated.without_names(late)
    return named if late else named.merged()
