"""Between scalars and vectors: `scalar`, `vector`, `max_of`, `min_of`; and `absent`."""

from __future__ import annotations

from typing import Final

import attrs
import numpy as np

from mixwright.engine.arithmetic import larger, smaller
from mixwright.engine.block import Block
from mixwright.engine.functions import VectorFunction
from mixwright.engine.logical import Call, Node, Repeat, Select
from mixwright.engine.operators.absent import absent_labels
from mixwright.engine.run import Run
from mixwright.values import Labels


def _blocks(node: Call, run: Run) -> list[Block]:
    return [run.block(arg) for arg in node.args if isinstance(arg, Node)]


def _scalar(node: Call, run: Run) -> Block:
    """The only float at each step, else NaN."""
    (vector,) = _blocks(node, run)
    floats = vector.floats
    alone = floats.sum(axis=0) == 1
    sums = np.where(floats, vector.values, 0.0)
    first = floats.argmax(axis=0) if len(vector) else None
    if first is None:
        return Block.scalar(np.full(len(node.steps), np.nan), vector.annotations)
    place = first, np.arange(len(first))
    slack = None if vector.slack is None else vector.slack[place].reshape(1, -1)
    value = Block.scalar(np.where(alone, sums[place], np.nan), vector.annotations)
    return attrs.evolve(value, slack=slack)


def _vector(node: Call, run: Run) -> Block:
    (scalar,) = _blocks(node, run)
    return scalar


def _extreme(node: Call, run: Run) -> Block:
    left, right = _blocks(node, run)
    choose = larger if node.function == "max_of" else smaller
    with np.errstate(all="ignore"):
        values = choose(left.values[0], right.values[0])
    return Block.scalar(values, left.annotations).annotated(right.annotations)


def _absent(node: Call, run: Run) -> Block:
    """1 where the vector is empty, with the labels that its selector demands."""
    (argument,) = node.args
    (vector,) = _blocks(node, run)
    selector = argument.inner if isinstance(argument, Repeat) else argument
    labels = Labels()
    if isinstance(selector, Select):
        labels = absent_labels(selector.selection.matchers)
    missing = ~vector.somewhere.reshape(1, -1)
    absent = Block((labels,), np.ones(missing.shape), missing)
    return attrs.evolve(absent.compact(), annotations=vector.annotations)


VECTORS: Final[dict[str, VectorFunction]] = {
    "absent": _absent,
    "max_of": _extreme,
    "min_of": _extreme,
    "scalar": _scalar,
    "vector": _vector,
}
