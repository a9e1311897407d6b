"""`count_values`: a row for every distinct value of every group."""

from __future__ import annotations

import numpy as np

from mixwright.engine.block import Block
from mixwright.engine.labels import only, without
from mixwright.engine.logical import Aggregate
from mixwright.errors import EvaluationError
from mixwright.frame import Values
from mixwright.gofloat import format_float
from mixwright.values import METRIC_NAME, Labels, quote


def count_values(node: Aggregate, vector: Block) -> Block:
    """Return how often each value occurs, with the value as a label."""
    label = node.parameter
    assert isinstance(label, str)
    if not label:
        raise EvaluationError(f"invalid label name {quote(label)}")
    keep = frozenset((*node.grouping, label))
    lost = frozenset((*node.grouping, METRIC_NAME))
    counts: dict[Labels, Values] = {}
    for row, own in enumerate(vector.labels):
        for value, steps in _distinct(vector, row):
            valued = own.with_({label: value})
            group = without(valued, lost) if node.without else only(valued, keep)
            counts.setdefault(group, np.zeros(vector.steps))[steps] += 1
    values = np.array(list(counts.values())).reshape(len(counts), vector.steps)
    return Block(tuple(counts), values, values > 0, annotations=vector.annotations)


def _distinct(vector: Block, row: int) -> list[tuple[str, np.ndarray]]:
    """Return the texts of a row's values, and the steps at which each occurs."""
    found: dict[str, list[int]] = {}
    for step in np.flatnonzero(vector.present[row]):
        histogram = None if vector.histograms is None else vector.histograms[row, step]
        text = (
            format_float(float(vector.values[row, step]), "f")
            if histogram is None
            else str(histogram)
        )
        found.setdefault(text, []).append(int(step))
    return [(text, np.array(steps)) for text, steps in found.items()]
