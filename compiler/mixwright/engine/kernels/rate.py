"""Rates of change between first and last, or the last two, samples of a window.

All kernels over windows share their first arguments: rows `first ≤ row < last` of ragged samples
(see `frame.Samples`), and the windows' sample numbers `lo ≤ i < hi` per clock and step.
"""

from __future__ import annotations

import numpy as np

from mixwright.engine.kernels import kernel
from mixwright.frame import Index, Mask, Times, Values


@kernel
def extrapolated(
    first: int,
    last: int,
    clock_starts: Index,
    times: Times,
    clock: Index,
    starts: Index,
    values: Values,
    lo: Index,
    hi: Index,
    ends: Times,
    width: int,
    counter: bool,
    per_second: bool,
    out: Values,
    present: Mask,
) -> None:
    """`rate`, `increase` and `delta` (`extrapolatedRate`), visiting only the resets in a window."""
    seconds = width // 1000 + (width % 1000) * 1e6 / 1e9
    for row in range(first, last):
        here, base = clock[row], starts[row]
        size, time = starts[row + 1] - base, clock_starts[here]
        resets = np.empty(size, np.int64)
        found = 0
        if counter:
            for position in range(1, size):
                if values[base + position] < values[base + position - 1]:
                    resets[found] = position
                    found += 1
        pending = 0
        for step in range(ends.size):
            begin, end = lo[here, step], hi[here, step]
            if end - begin < 2:
                continue
            first_time, last_time = times[time + begin], times[time + end - 1]
            first_value = values[base + begin]
            result = values[base + end - 1] - first_value
            while pending < found and resets[pending] <= begin:
                pending += 1
            reset = pending
            while reset < found and resets[reset] < end:
                result += values[base + resets[reset] - 1]
                reset += 1
            to_start = (first_time - (ends[step] - width)) / 1000
            to_end = (ends[step] - last_time) / 1000
            sampled = (last_time - first_time) / 1000
            between = sampled / (end - begin - 1)
            threshold = between * 1.1
            if to_start >= threshold:
                to_start = between / 2
            if counter and result > 0 and first_value >= 0:
                to_start = min(to_start, sampled * (first_value / result))
            if to_end >= threshold:
                to_end = between / 2
            factor = (sampled + to_start + to_end) / sampled
            if per_second:
                factor /= seconds
            out[row, step] = result * factor
            present[row, step] = True


@kernel
def instant(
    first: int,
    last: int,
    clock_starts: Index,
    times: Times,
    clock: Index,
    starts: Index,
    values: Values,
    lo: Index,
    hi: Index,
    counter: bool,
    out: Values,
    present: Mask,
) -> None:
    """`irate` and `idelta` (`instantValue`): the last two samples of a window."""
    for row in range(first, last):
        here, base, time = clock[row], starts[row], clock_starts[clock[row]]
        for step in range(lo.shape[1]):
            end = hi[here, step]
            if end - lo[here, step] < 2:
                continue
            newer, older = values[base + end - 1], values[base + end - 2]
            result = newer if counter and newer < older else newer - older
            if counter:
                result /= (times[time + end - 1] - times[time + end - 2]) / 1000
            out[row, step] = result
            present[row, step] = True
