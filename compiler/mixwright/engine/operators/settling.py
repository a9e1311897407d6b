"""Comparisons too close for a sliding result, settled by the plain one.

A block's `slack` says how far each value may be from what the plain kernels yield. It grows through
operators as rounding does, and where it spans a threshold, both sides are evaluated plainly.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from mixwright.engine.block import Block
from mixwright.engine.logical import Node
from mixwright.engine.run import Run
from mixwright.frame import Mask, Values


def spread(
    function: Callable[..., Values], *operands: tuple[Values, Values | None]
) -> Values | None:
    """Return the slack of `function` of some values, each with its own; `None` where none has any."""
    if all(slack is None for _, slack in operands):
        return None
    values = [value for value, _ in operands]
    with np.errstate(all="ignore"):
        result = function(*values)
        total = np.zeros(result.shape)
        for number, (value, slack) in enumerate(operands):
            if slack is None:
                continue
            moved = [
                np.abs(
                    function(*values[:number], value + side * slack, *values[number + 1 :]) - result
                )
                for side in (1.0, -1.0)
            ]
            total += np.fmax(*moved)
    return np.where(np.isnan(total), np.inf, total)


def doubtful(
    left: tuple[Values, Values | None], right: tuple[Values, Values | None]
) -> Mask | None:
    """Tell where two sides are closer than what may be wrong with them; `None` for nowhere."""
    if left[1] is None and right[1] is None:
        return None
    room = sum(slack for _, slack in (left, right) if slack is not None)
    with np.errstate(invalid="ignore"):
        close: Mask = (np.abs(left[0] - right[0]) <= room) & (room > 0)
    return close if close.any() else None


def plainly(node: Node, block: Block, run: Run) -> Values:
    """Return the values of a node that no sliding kernel had a part in, for the rows of its block."""
    alone = Run(run.source, run.options, plain=True)
    alone.prepare((node,))
    plain = alone.block(node)
    rows = {labels: row for row, labels in enumerate(plain.labels)}
    values = block.values.copy()
    for row, labels in enumerate(block.labels):
        if labels in rows:
            values[row] = plain.values[rows[labels]]
    return values
