"""Numbers read from native histograms: count, sum, average, variance and standard deviation."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Final

import numpy as np

from mixwright.engine.block import Block
from mixwright.engine.functions import VectorFunction
from mixwright.engine.functions.floats import unnamed
from mixwright.engine.histogram.statistics import variance
from mixwright.engine.logical import Call, Node
from mixwright.engine.run import Run
from mixwright.frame.histogram import Histogram


def _part(read: Callable[[Histogram], float]) -> VectorFunction:
    def apply(node: Call, run: Run) -> Block:
        (argument,) = node.args
        assert isinstance(argument, Node)
        vector = run.block(argument)
        present = vector.present & ~vector.floats
        values = np.full(vector.values.shape, np.nan)
        if vector.histograms is not None:
            for place in np.argwhere(present):
                values[tuple(place)] = read(vector.histograms[tuple(place)])
        return unnamed(vector, values, run, present)

    return apply


def _average(histogram: Histogram) -> float:
    with np.errstate(all="ignore"):
        return float(np.float64(histogram.sum) / np.float64(histogram.count))


def _deviation(histogram: Histogram) -> float:
    value = variance(histogram)
    return math.nan if value < 0 else math.sqrt(value)


VECTORS: Final[dict[str, VectorFunction]] = {
    "histogram_avg": _part(_average),
    "histogram_count": _part(lambda histogram: histogram.count),
    "histogram_stddev": _part(_deviation),
    "histogram_stdvar": _part(variance),
    "histogram_sum": _part(lambda histogram: histogram.sum),
}
