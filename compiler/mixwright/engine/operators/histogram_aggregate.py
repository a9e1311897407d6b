"""Histograms in aggregations: summed and averaged among themselves, ignored by the others."""

from __future__ import annotations

from collections import defaultdict

import attrs
import numpy as np

from mixwright.engine import notices
from mixwright.engine.block import Block
from mixwright.engine.histogram.arithmetic import Accumulator, overflows
from mixwright.engine.logical import Aggregate
from mixwright.frame import Index
from mixwright.frame.histogram import Histogram, HistogramError, ResetHint


def with_histograms(node: Aggregate, vector: Block, of: Index, block: Block) -> Block:
    """Return the aggregation's `block` of floats with what histograms contribute."""
    assert vector.histograms is not None
    places = np.argwhere(vector.present & ~vector.floats)
    if not len(places):
        return block
    if node.op not in ("sum", "avg"):
        return block.annotated((notices.ignored_in_aggregation(node.op),))
    members: dict[tuple[int, int], list[int]] = defaultdict(list)
    for row, step in places:
        members[int(of[row]), int(step)].append(int(row))
    present = block.present.copy()
    histograms = np.full(block.values.shape, None, object)
    texts: dict[str, None] = {}
    for (group, step), rows in members.items():
        if block.present[group, step]:
            present[group, step] = False
            texts[notices.MIXED_IN_AGGREGATION] = None
            continue
        named = [(vector.labels[row].name, vector.histograms[row, step]) for row in rows]
        result, more = aggregated(named, average=node.op == "avg")
        texts.update(dict.fromkeys(more))
        if result is not None:
            present[group, step] = True
            histograms[group, step] = result.compacted()
    return attrs.evolve(block, present=present, histograms=histograms).annotated(texts)


def aggregated(
    named: list[tuple[str, Histogram]], *, average: bool
) -> tuple[Histogram | None, list[str]]:
    """Return the sum or mean of histograms, each with its metric's name, and annotations.

    There is none where exponential and custom buckets meet.
    """
    hints = {histogram.hint for _, histogram in named}
    texts = []
    if {ResetHint.RESET, ResetHint.NOT_RESET} <= hints:
        texts.append(notices.reset_collision("aggregation"))
    (_, first), *rest = named
    running = Accumulator(first)
    mean = False
    for count, (name, histogram) in enumerate(rest, 2):
        before = running.total, running.rest
        try:
            if mean:
                running.scale((count - 1) / count)
            running.add(histogram.divided(count) if mean else histogram)
        except HistogramError:
            return None, [notices.mixed_schemas(name)]
        if mean or not average:
            continue
        if overflows(running.total):
            mean = True
            running.total, running.rest = before
            running.scale(1 / (count - 1))
            running.scale((count - 1) / count)
            running.add(histogram.divided(count))
    if running.reconciled:
        texts.append(notices.reconciled_bounds("aggregation"))
    divisor = float(len(named)) if average and not mean else 1.0
    return running.result(divisor), texts
