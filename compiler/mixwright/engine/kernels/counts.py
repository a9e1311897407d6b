"""What a window has: how many samples, changes and resets, its first and its last sample."""

from __future__ import annotations

import math

import numpy as np

from mixwright.engine.kernels import kernel
from mixwright.frame import Index, Mask, Times, Values


@kernel
def size(
    first: int,
    last: int,
    clock: Index,
    lo: Index,
    hi: Index,
    ones: bool,
    out: Values,
    present: Mask,
) -> None:
    """`count_over_time`, or with `ones` `present_over_time`."""
    for row in range(first, last):
        here = clock[row]
        for step in range(lo.shape[1]):
            samples = hi[here, step] - lo[here, step]
            if samples > 0:
                out[row, step] = 1.0 if ones else samples
                present[row, step] = True


@kernel
def events(
    first: int,
    last: int,
    clock: Index,
    starts: Index,
    values: Values,
    lo: Index,
    hi: Index,
    resets: bool,
    out: Values,
    present: Mask,
) -> None:
    """`resets`, or `changes`, in a window: a difference of two running counts."""
    for row in range(first, last):
        here, base = clock[row], starts[row]
        total = starts[row + 1] - base
        seen = np.zeros(total + 1, np.int64)
        for position in range(1, total):
            new, old = values[base + position], values[base + position - 1]
            both_nan = math.isnan(new) and math.isnan(old)
            event = new < old if resets else new != old and not both_nan
            seen[position] = seen[position - 1] + event
        for step in range(lo.shape[1]):
            begin, end = lo[here, step], hi[here, step]
            if end > begin:
                out[row, step] = seen[end - 1] - seen[begin]
                present[row, step] = True


@kernel
def edge(
    first: int,
    last: int,
    clock_starts: Index,
    times: Times,
    clock: Index,
    starts: Index,
    values: Values,
    lo: Index,
    hi: Index,
    newest: bool,
    stamp: bool,
    out: Values,
    present: Mask,
) -> None:
    """The first or last sample of a window: its value, or its time in seconds."""
    for row in range(first, last):
        here, base, time = clock[row], starts[row], clock_starts[clock[row]]
        for step in range(lo.shape[1]):
            begin, end = lo[here, step], hi[here, step]
            if end > begin:
                position = end - 1 if newest else begin
                out[row, step] = times[time + position] / 1000 if stamp else values[base + position]
                present[row, step] = True
