"""Functions of instant vectors and scalars."""

from __future__ import annotations

from mixwright.engine import notices
from mixwright.engine.block import Block
from mixwright.engine.functions import VECTOR_FUNCTIONS
from mixwright.engine.logical import Call
from mixwright.engine.run import Run


def call(node: Call, run: Run) -> Block:
    """Return the function's value; what it warns of is joined to the warnings of its arguments."""
    block = VECTOR_FUNCTIONS[node.function](node, run)
    if node.function.startswith("sort") and node.steps.start != node.steps.end:
        return block.annotated((notices.SORT_IN_RANGE,))
    return block
