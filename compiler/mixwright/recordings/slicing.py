"""A part of `Samples`: some series, some time, without copies where it lies in one piece."""

from __future__ import annotations

from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from mixwright.frame import Index, Objects, Samples, Times

ALL_TIME: Final = range(-(2**63), 2**63 - 1)
"""Every time that a sample can have, in ms."""


def trim_clocks(
    times: Times, clock_starts: Index, used: Index, start: int, end: int
) -> tuple[Index, Index]:
    """Return where [start, end] begins and ends in each clock, as offsets into `times`.

    Clocks that are not `used` come out empty.
    """
    first = np.zeros(len(clock_starts) - 1, np.int64)
    last = np.zeros(len(clock_starts) - 1, np.int64)
    for clock in used.tolist():
        lo, hi = clock_starts[clock : clock + 2].tolist()
        first[clock] = lo + np.searchsorted(times[lo:hi], start, side="left")
        last[clock] = lo + np.searchsorted(times[lo:hi], end, side="right")
    return first, last


def cut_samples(samples: Samples, numbers: Index, start: int, end: int) -> Samples:
    """Return the series `numbers` , in that order, with their samples in [start, end] (ms), leaving out empty ones."""
    used = np.unique(samples.clock[numbers])
    first, last = trim_clocks(samples.times, samples.clock_starts, used, start, end)
    clock = samples.clock[numbers]
    counts = (last - first)[clock]
    numbers, clock, counts = numbers[counts > 0], clock[counts > 0], counts[counts > 0]
    begins = samples.starts[numbers] + (first - samples.clock_starts[:-1])[clock]
    pieces = _pieces(begins, begins + counts)
    used = np.unique(clock)
    renumber = np.zeros(len(first), np.int64)
    renumber[used] = np.arange(len(used))
    return Samples(
        labels=tuple(samples.labels[number] for number in numbers.tolist()),
        times=_joined(samples.times, _pieces(first[used], last[used])),
        clock_starts=offsets(last[used] - first[used]),
        clock=renumber[clock],
        values=_joined(samples.values, pieces),
        starts=offsets(counts),
        histograms=any_histograms(
            None if samples.histograms is None else _joined(samples.histograms, pieces)
        ),
    )


def share_clocks(samples: Samples) -> Samples:
    """Return the same with equal clocks stored once, in the order in which series use them."""
    numbers: dict[bytes, int] = {}
    clocks: list[Times] = []
    edges = samples.clock_starts.tolist()
    renumber = np.zeros(len(edges) - 1, np.int64)
    _, first_use = np.unique(samples.clock, return_index=True)
    for clock in samples.clock[np.sort(first_use)].tolist():
        times = samples.times[edges[clock] : edges[clock + 1]]
        renumber[clock] = numbers.setdefault(times.tobytes(), len(numbers))
        if len(clocks) < len(numbers):
            clocks.append(times)
    return attrs.evolve(
        samples,
        times=np.concatenate([samples.times[:0], *clocks]),
        clock_starts=offsets(np.array([len(times) for times in clocks], np.int64)),
        clock=renumber[samples.clock],
    )


def offsets(sizes: Index) -> Index:
    """Return where each of several things of these sizes begins, and where the last one ends."""
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(sizes, dtype=np.int64)])


def any_histograms(histograms: Objects | None) -> Objects | None:
    """Return `histograms`, or `None` when there is none among them."""
    if histograms is None or all(found is None for found in histograms):
        return None
    return histograms


def _pieces(begins: Index, ends: Index) -> list[tuple[int, int]]:
    """Join slices that follow each other without a gap."""
    if not len(begins):
        return []
    breaks = np.flatnonzero(begins[1:] != ends[:-1])
    firsts = begins[np.append(0, breaks + 1)].tolist()
    lasts = ends[np.append(breaks, len(ends) - 1)].tolist()
    return list(zip(firsts, lasts, strict=True))


def _joined(array: NDArray[Any], pieces: list[tuple[int, int]]) -> NDArray[Any]:
    if len(pieces) == 1:
        return array[slice(*pieces[0])]
    return np.concatenate([array[:0], *(array[first:last] for first, last in pieces)])
