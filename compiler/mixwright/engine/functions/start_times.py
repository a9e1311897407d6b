"""`start_timestamp`, which is empty as long as recordings keep no start timestamps."""

from __future__ import annotations

from typing import Final

from mixwright.engine.block import Block
from mixwright.engine.functions import VectorFunction
from mixwright.engine.logical import Call, Node
from mixwright.engine.run import Run


def _start_timestamp(node: Call, run: Run) -> Block:
    (argument,) = node.args
    assert isinstance(argument, Node)
    return Block.empty(len(node.steps), run.block(argument).annotations)


VECTORS: Final[dict[str, VectorFunction]] = {"start_timestamp": _start_timestamp}
