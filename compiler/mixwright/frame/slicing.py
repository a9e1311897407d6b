"""Parts of `Samples`, and several as one: some series, some time, without copies where it lies in one piece."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from mixwright.frame.columns import Index, Objects, Samples, Times, is_histogram
from mixwright.values import Labels

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


def take(samples: Samples, numbers: Index) -> Samples:
    """Return the series `numbers`, in that order, with all their samples."""
    return cut_samples(samples, numbers, ALL_TIME.start, ALL_TIME.stop)


def between(samples: Samples, start: int, end: int) -> Samples:
    """Return the samples with times in [start, end] (ms); series without any are left out."""
    return cut_samples(samples, np.arange(len(samples)), start, end)


def cut_samples(samples: Samples, numbers: Index, start: int, end: int) -> Samples:
    """Return the series `numbers`, in that order, with their samples in [start, end] (ms), leaving out empty ones."""
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


def joined(parts: Sequence[Samples]) -> Samples:
    """Return the series of all parts, one after the other; of those with equal labels the first is kept."""
    seen: set[Labels] = set()
    kept = []
    for part in parts:
        fresh = [number for number, labels in enumerate(part.labels) if labels not in seen]
        seen.update(part.labels)
        whole = len(fresh) == len(part)
        kept.append(part if whole else take(part, np.array(fresh, np.int64)))
    if len(kept) == 1:
        return kept[0]
    if not kept:
        return Samples.of([])
    clocks = offsets(np.array([len(part.clock_starts) - 1 for part in kept]))
    return Samples(
        labels=tuple(chain.from_iterable(part.labels for part in kept)),
        times=np.concatenate([part.times for part in kept]),
        clock_starts=offsets(np.concatenate([np.diff(part.clock_starts) for part in kept])),
        clock=np.concatenate([part.clock + at for part, at in zip(kept, clocks, strict=False)]),
        values=np.concatenate([part.values for part in kept]),
        starts=offsets(np.concatenate([np.diff(part.starts) for part in kept])),
        histograms=concatenated_histograms([(p.histograms, p.sample_count) for p in kept]),
    )


def concatenated_histograms(parts: Sequence[tuple[Objects | None, int]]) -> Objects | None:
    """Join native histograms of several parts; each comes with how many samples the part has."""
    if all(found is None for found, _ in parts):
        return None
    filled = [np.full(size, None, object) if found is None else found for found, size in parts]
    return np.concatenate(filled)


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
    return None if histograms is None or not is_histogram(histograms).any() else histograms


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
