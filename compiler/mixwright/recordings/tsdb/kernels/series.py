# mypy: disable-error-code="assignment,arg-type,return-value"
# numba infers its own types, in which Python's and numpy's integers are one.
"""Compiled loops over decoded series: trimmed, compared, moved together, brought in order."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixwright.frame import Index, Times
from mixwright.recordings.tsdb.kernels.encoding import jit


@jit
def trim(
    starts: Index, ends: Index, times: Times, start: int, end: int
) -> tuple[Index, Index, Index, Index]:
    """Find what of each series lies in [start, end].

    Series `s` is `times[starts[s]:ends[s]]`. Returns per series where its samples begin and end, a
    hash of their times, and 1 where times do not rise strictly (the bounds are then those of the
    whole series).
    """
    count = len(starts)
    first = np.empty(count, np.int64)
    last = np.empty(count, np.int64)
    hashes = np.zeros(count, np.int64)
    disordered = np.zeros(count, np.int64)
    for s in range(count):
        lo, hi = starts[s], ends[s]
        first[s], last[s] = lo, hi
        for i in range(lo + 1, hi):
            if times[i] <= times[i - 1]:
                disordered[s] = 1
                break
        if disordered[s]:
            continue
        while lo < hi and times[lo] < start:
            lo += 1
        while hi > lo and times[hi - 1] > end:
            hi -= 1
        first[s], last[s] = lo, hi
        mixed = np.uint64(hi - lo)
        for i in range(lo, hi):
            mixed ^= np.uint64(times[i])
            mixed *= np.uint64(0x9E3779B97F4A7C15)
            mixed ^= mixed >> np.uint64(32)
        hashes[s] = np.int64(mixed)
    return first, last, hashes, disordered


@jit
def same_times(times: Times, first: Index, last: Index, model: Index) -> NDArray[np.bool_]:
    """Tell which series `s` have exactly the times of the series `model[s]`."""
    same = np.zeros(len(first), np.bool_)
    for s in range(len(first)):
        m = model[s]
        if last[s] - first[s] != last[m] - first[m]:
            continue
        same[s] = True
        for i in range(last[s] - first[s]):
            if times[first[s] + i] != times[first[m] + i]:
                same[s] = False
                break
    return same


@jit
def compact(bits: NDArray[np.uint64], first: Index, last: Index, out: NDArray[np.uint64]) -> int:
    """Copy the slices [first, last) of `bits` to `out`, one after the other; returns how much."""
    at = 0
    for s in range(len(first)):
        for i in range(first[s], last[s]):
            out[at] = bits[i]
            at += 1
    return at


@jit
def order_of_arrival(series: Index, count: int, times: Times) -> tuple[Index, Index]:
    """Bring samples in order of arrival together by series, leaving out those that do not advance in time.

    `series` numbers 0 … `count` - 1; samples of -1 are left out too. Returns where the samples of
    each series begin (one more than series) in the second array, the numbers of the samples.
    """
    sizes = np.zeros(count + 1, np.int64)
    for number in series:
        if number >= 0:
            sizes[number + 1] += 1
    begins = np.cumsum(sizes)
    ends = begins[:-1].copy()
    order = np.empty(begins[-1], np.int64)
    for i in range(len(series)):
        number = series[i]
        if number < 0:
            continue
        at = ends[number]
        if at > begins[number] and times[i] <= times[order[at - 1]]:
            continue
        order[at] = i
        ends[number] = at + 1
    starts = np.zeros(count + 1, np.int64)
    for number in range(count):
        size = ends[number] - begins[number]
        starts[number + 1] = starts[number] + size
        for k in range(size):
            order[starts[number] + k] = order[begins[number] + k]
    return starts, order[: starts[count]]
