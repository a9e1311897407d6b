"""The smallest and the largest sample of windows, and when they were."""

from __future__ import annotations

import math

import numpy as np

from mixwright.engine.kernels import kernel
from mixwright.frame import Index, Mask, Times, Values


@kernel
def plain(
    first: int,
    last: int,
    clock: Index,
    starts: Index,
    values: Values,
    lo: Index,
    hi: Index,
    sign: float,
    out: Values,
    present: Mask,
) -> None:
    """Maximum (`sign` 1) or minimum (-1), each window on its own; NaN only when all samples are."""
    for row in range(first, last):
        here, base = clock[row], starts[row]
        for step in range(lo.shape[1]):
            begin, end = base + lo[here, step], base + hi[here, step]
            if end > begin:
                best = values[begin]
                for position in range(begin + 1, end):
                    value = values[position]
                    if sign * value > sign * best or math.isnan(best):
                        best = value
                out[row, step] = best
                present[row, step] = True


@kernel
def sliding(
    first: int,
    last: int,
    clock: Index,
    starts: Index,
    values: Values,
    lo: Index,
    hi: Index,
    sign: float,
    out: Values,
    present: Mask,
) -> None:
    """The same from a queue of candidates, each sample entering and leaving it once."""
    for row in range(first, last):
        here, base = clock[row], starts[row]
        queue = np.empty(starts[row + 1] - base, np.int64)
        head = tail = 0
        right = base
        for step in range(lo.shape[1]):
            begin, end = base + lo[here, step], base + hi[here, step]
            if end <= begin:
                continue
            while right < end:
                value = values[right]
                if not math.isnan(value):
                    # An equal older sample stays in front: it is the one that Prometheus returns.
                    while tail > head and sign * values[queue[tail - 1]] < sign * value:
                        tail -= 1
                    queue[tail] = right
                    tail += 1
                right += 1
            while head < tail and queue[head] < begin:
                head += 1
            out[row, step] = values[queue[head]] if head < tail else math.nan
            present[row, step] = True


@kernel
def stamps(
    first: int,
    last: int,
    clock_starts: Index,
    times: Times,
    clock: Index,
    starts: Index,
    values: Values,
    lo: Index,
    hi: Index,
    sign: float,
    out: Values,
    present: Mask,
) -> None:
    """The time in seconds of the last maximum (`sign` 1) or minimum (-1) of each window."""
    for row in range(first, last):
        here, base, time = clock[row], starts[row], clock_starts[clock[row]]
        for step in range(lo.shape[1]):
            begin, end = lo[here, step], hi[here, step]
            if end > begin:
                best, place = values[base + begin], begin
                for position in range(begin, end):
                    value = values[base + position]
                    if sign * value >= sign * best or math.isnan(best):
                        best, place = value, position
                out[row, step] = times[time + place] / 1000
                present[row, step] = True
