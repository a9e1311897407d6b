"""Where the windows of every step begin and end, and which sample an instant selector sees."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from mixwright.engine.kernels import kernel
from mixwright.frame import Index, Mask, Times

Bits: TypeAlias = NDArray[np.uint64]
"""Floats as bit patterns, so that a staleness marker can be told from another NaN."""


@kernel
def windows(
    times: Times, clock_starts: Index, ends: Times, width: int, lo: Index, hi: Index
) -> None:
    """Fill `lo`, `hi` (clocks × steps) with the sample numbers of `(end - width, end]`, hi exclusive."""
    for clock in range(clock_starts.size - 1):
        base, size = clock_starts[clock], clock_starts[clock + 1] - clock_starts[clock]
        first = last = 0
        for step in range(ends.size):
            end = ends[step]
            while last < size and times[base + last] <= end:
                last += 1
            while first < size and times[base + first] <= end - width:
                first += 1
            lo[clock, step] = first
            hi[clock, step] = max(first, last)


@kernel
def borders(
    times: Times, clock_starts: Index, ends: Times, width: int, lo: Index, hi: Index, middle: Index
) -> None:
    """Fill `middle` (clocks × steps) with each window's first sample behind the multiple of its width in it.

    `(end - width, end]` holds exactly one multiple, so that a window is the end of one stretch of
    time and the beginning of the next. Where it is cut depends on nothing but the window itself.
    """
    for clock in range(clock_starts.size - 1):
        base, size = clock_starts[clock], clock_starts[clock + 1] - clock_starts[clock]
        place = 0
        for step in range(ends.size):
            border = ends[step] // width * width
            while place < size and times[base + place] <= border:
                place += 1
            middle[clock, step] = min(max(place, lo[clock, step]), hi[clock, step])


@kernel
def latest(
    first: int,
    last: int,
    clock: Index,
    starts: Index,
    bits: Bits,
    stale: np.uint64,
    lo: Index,
    hi: Index,
    out: Bits,
    present: Mask,
) -> None:
    """Fill `out` with the newest sample of each window, present unless it is a staleness marker."""
    for row in range(first, last):
        here, base = clock[row], starts[row]
        for step in range(lo.shape[1]):
            position = hi[here, step] - 1
            if position >= lo[here, step]:
                value = bits[base + position]
                out[row, step] = value
                present[row, step] = value != stale


@kernel
def count_stale(bits: Bits, starts: Index, stale: np.uint64, counts: Index) -> None:
    """Count the staleness markers of every series."""
    for row in range(starts.size - 1):
        found = 0
        for position in range(starts[row], starts[row + 1]):
            found += bits[position] == stale
        counts[row] = found
