"""Several sets of samples as one, by the rules of Prometheus for blocks that overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from mixwright.frame import Index, Objects, ResetHint, Samples, Times
from mixwright.frame.slicing import concatenated_histograms, share_clocks
from mixwright.values import Labels


def merge(parts: Sequence[Samples]) -> Samples:
    """Return all samples of all `parts`, series sorted; of two with equal labels and time the later part's counts.

    Source: `storage/merge.go` of Prometheus, `chainSampleIterator`.
    """
    labels = tuple(sorted(set().union(*(part.labels for part in parts))))
    number_of = {series: number for number, series in enumerate(labels)}
    series = np.concatenate([_NONE, *(_series(part, number_of) for part in parts)])
    times = np.concatenate([_NONE, *(_times(part) for part in parts)])
    # Stable, so that of equal times the last part's comes last.
    order = np.lexsort((times, series))
    last = np.ones(len(order), np.bool_)
    last[:-1] = (np.diff(series[order]) != 0) | (np.diff(times[order]) != 0)
    kept = order[last]
    histograms = concatenated_histograms([(p.histograms, p.sample_count) for p in parts])
    starts = np.searchsorted(series[kept], np.arange(len(labels) + 1))
    return share_clocks(
        Samples(
            labels=labels,
            times=times[kept],
            clock_starts=starts,
            clock=np.arange(len(labels)),
            values=np.concatenate([np.empty(0), *(part.values for part in parts)])[kept],
            starts=starts,
            histograms=None if histograms is None else _reordered(histograms, kept),
        )
    )


_NONE = np.empty(0, np.int64)


def _series(part: Samples, number_of: Mapping[Labels, int]) -> Index:
    """Return the number of the series of each sample."""
    numbers = np.array([number_of[labels] for labels in part.labels], np.int64)
    return np.repeat(numbers, np.diff(part.starts))


def _times(part: Samples) -> Times:
    """Return the time of each sample."""
    first = part.clock_starts[part.clock] - part.starts[:-1]
    return part.times[np.repeat(first, np.diff(part.starts)) + np.arange(part.sample_count)]


def _reordered(histograms: Objects, kept: Index) -> Objects:
    """Put native histograms in order; "no reset" was said about the sample before, if that is another now."""
    found = histograms[kept]
    for place in (1 + np.flatnonzero(np.diff(kept) != 1)).tolist():
        if found[place] is not None and found[place].hint is ResetHint.NOT_RESET:
            found[place] = attrs.evolve(found[place], hint=ResetHint.UNKNOWN)
    return found
