"""Equal timestamps of many series found and stored once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mixwright.frame import Index, Objects, Samples, Times
from mixwright.frame.slicing import any_histograms, offsets
from mixwright.recordings.tsdb import kernels
from mixwright.values import Labels

Bits = NDArray[np.uint64]
"""Values as they are stored, so that every NaN stays the NaN it is."""

Clock = tuple[int, Times]
"""A hash and the times themselves."""


def distinct_clocks(
    times: Times, first: Index, last: Index, hashes: Index
) -> tuple[Index, list[Clock]]:
    """Return the clock number of each series `times[first[s]:last[s]]`, and the distinct clocks."""
    unique, models, clock = np.unique(hashes, return_index=True, return_inverse=True)
    clocks = [
        (key, times[first[m] : last[m]].copy())
        for key, m in zip(unique.tolist(), models.tolist(), strict=True)
    ]
    same = kernels.same_times(times, first, last, models[clock])
    for number in np.flatnonzero(~same).tolist():
        # Two different clocks with one hash: the second is not shared.
        clock[number] = len(clocks)
        clocks.append((int(hashes[number]), times[first[number] : last[number]].copy()))
    return clock, clocks


def join_clocks(parts: Sequence[tuple[Index, list[Clock]]]) -> tuple[Index, list[Times]]:
    """Number the clocks of several parts through, equal ones once."""
    numbers: dict[int, list[int]] = {}
    clocks: list[Times] = []
    renumbered = [np.empty(0, np.int64)]
    for clock, found in parts:
        renumber = np.empty(len(found), np.int64)
        for local, (key, times) in enumerate(found):
            same = numbers.setdefault(key, [])
            number = next((n for n in same if np.array_equal(clocks[n], times)), len(clocks))
            if number == len(clocks):
                clocks.append(times)
                same.append(number)
            renumber[local] = number
        renumbered.append(renumber[clock])
    return np.concatenate(renumbered), clocks


def without_empty(
    labels: Sequence[Labels],
    clock: Index,
    clocks: Sequence[Times],
    counts: Index,
    bits: Bits,
    histograms: Objects | None,
) -> Samples:
    """Return `Samples` of those series that have any."""
    kept = np.flatnonzero(counts)
    sizes = np.array([len(times) for times in clocks], np.int64)
    # Only an empty series has the empty clock, so that no other number is left unused.
    used = np.flatnonzero(sizes)
    renumber = np.cumsum(sizes > 0) - 1
    return Samples(
        labels=tuple(labels[number] for number in kept.tolist()),
        times=np.concatenate([np.empty(0, np.int64), *(clocks[n] for n in used.tolist())]),
        clock_starts=offsets(sizes[used]),
        clock=renumber[clock[kept]],
        values=bits.view(np.float64),
        starts=offsets(counts[kept]),
        histograms=any_histograms(histograms),
    )
