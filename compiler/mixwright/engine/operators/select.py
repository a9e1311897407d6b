"""Instant vector selectors: the newest sample of every series within the lookback."""

from __future__ import annotations

import numpy as np

from mixwright.engine.block import Block
from mixwright.engine.kernels import run_rows
from mixwright.engine.logical import Select
from mixwright.engine.operators.windows import window_bounds
from mixwright.engine.reading import data_times
from mixwright.engine.run import Run
from mixwright.frame import STALE_NAN_BITS, Samples, Times, is_histogram


def select(node: Select, run: Run) -> Block:
    """Return the newest sample within the lookback of every step, unless it is a staleness marker."""
    if node.reach == "smoothed":
        from mixwright.engine.operators.extended import smoothed

        return smoothed(node, run)
    samples = run.reading.samples(node)
    return newest(samples, data_times(node.steps, node.selection), run.options.lookback.ms)


def newest(samples: Samples, times: Times, lookback: int) -> Block:
    """Return for each series the last sample in `(t - lookback, t]` of every data time t."""
    from mixwright.engine.kernels.lookup import latest

    lo, hi = window_bounds(samples, times, lookback)
    shape = len(samples), times.size
    bits, present = np.zeros(shape, np.uint64), np.zeros(shape, bool)
    stale = np.uint64(STALE_NAN_BITS)
    clock, starts = samples.clock, samples.starts
    all_bits = samples.values.view(np.uint64)
    cost = bits.size
    run_rows(latest, len(samples), cost, clock, starts, all_bits, stale, lo, hi, bits, present)
    histograms = None
    if samples.histograms is not None and present.any():
        position = np.maximum(hi - 1, 0)[clock] + starts[:-1, None]
        histograms = samples.histograms[np.minimum(position, samples.histograms.size - 1)]
        histograms[~present] = None
        for place in np.argwhere(is_histogram(histograms)):
            if histograms[tuple(place)].is_stale:
                present[tuple(place)], histograms[tuple(place)] = False, None
    return Block(samples.labels, bits.view(np.float64), present, histograms).compact()
