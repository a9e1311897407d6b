"""Arithmetic of literals is done once, when the plan is made."""

from __future__ import annotations

import numpy as np

from mixwright.engine.arithmetic import scalar_operation
from mixwright.engine.logical import Binary, Literal, Negate, Node
from mixwright.engine.optimize.rewriting import rewritten


def fold(plan: tuple[Node, ...]) -> tuple[Node, ...]:
    """Replace operations on literals by their value."""
    return rewritten(plan, _folded)


def _folded(node: Node) -> Node:
    match node:
        case Negate(steps, Literal(_, value)):
            return Literal(steps, -value)
        case Binary(steps, op, Literal(_, left), Literal(_, right)):
            result = scalar_operation(op, np.array([left]), np.array([right]))
            return Literal(steps, float(result[0]))
    return node
