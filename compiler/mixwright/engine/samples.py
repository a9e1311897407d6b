"""Sources that hold their samples in memory, and cutting samples by series and by time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from mixwright.frame import Index, Samples, Source, is_histogram
from mixwright.values import Labels, Matcher


def subset(samples: Samples, rows: Index) -> Samples:
    """Return the series numbered `rows`, in that order, with the clocks they use."""
    if len(rows) == len(samples) and (rows == np.arange(len(rows))).all():
        return samples
    clocks, clock = np.unique(samples.clock[rows], return_inverse=True)
    times, clock_starts = _gathered(samples.times, samples.clock_starts, clocks)
    values, starts = _gathered(samples.values, samples.starts, rows)
    histograms = None
    if samples.histograms is not None:
        histograms, _ = _gathered(samples.histograms, samples.starts, rows)
        if not is_histogram(histograms).any():
            histograms = None
    return Samples(
        tuple(samples.labels[row] for row in rows),
        times,
        clock_starts,
        clock.astype(np.int64),
        values,
        starts,
        histograms,
    )


def _gathered(array: NDArray[Any], starts: Index, rows: Index) -> tuple[NDArray[Any], Index]:
    """Return the slices `rows` of a ragged array one after another, neighbours copied together."""
    lengths = starts[rows + 1] - starts[rows]
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
    breaks = np.flatnonzero(np.diff(rows) != 1) + 1
    runs = [run for run in np.split(rows, breaks) if len(run)]
    parts = [array[starts[run[0]] : starts[run[-1] + 1]] for run in runs]
    return (np.concatenate(parts) if parts else array[:0]), offsets


def between(samples: Samples, start: int, end: int) -> Samples:
    """Return the samples with times in [start, end] (ms); series without any are left out."""
    span = samples.span()
    if span is None or (span[0] >= start and span[1] <= end):
        return samples
    clocks = len(samples.clock_starts) - 1
    first, last = np.empty(clocks, np.int64), np.empty(clocks, np.int64)
    for clock in range(clocks):
        times = samples.times[samples.clock_starts[clock] : samples.clock_starts[clock + 1]]
        first[clock] = np.searchsorted(times, start, "left")
        last[clock] = np.searchsorted(times, end, "right")
    last = np.maximum(first, last)
    begins, ends = (
        samples.starts[:-1] + first[samples.clock],
        samples.starts[:-1] + last[samples.clock],
    )
    times, clock_starts = _sliced(
        samples.times, samples.clock_starts[:-1] + first, samples.clock_starts[:-1] + last
    )
    values, starts = _sliced(samples.values, begins, ends)
    histograms = None
    if samples.histograms is not None:
        histograms, _ = _sliced(samples.histograms, begins, ends)
    cut = Samples(samples.labels, times, clock_starts, samples.clock, values, starts, histograms)
    return subset(cut, np.flatnonzero(ends > begins))


def _sliced(array: NDArray[Any], begins: Index, ends: Index) -> tuple[NDArray[Any], Index]:
    """Return `array[begins[i]:ends[i]]` of all i one after another, and where each starts."""
    parts = [array[b:e] for b, e in zip(begins.tolist(), ends.tolist(), strict=True)]
    offsets = np.concatenate([np.zeros(1, np.int64), np.cumsum(ends - begins)])
    return (np.concatenate(parts) if parts else array[:0]), offsets


@attrs.define(eq=False)
class MemorySource:
    """Samples in memory, answering selectors through an index of label values.

    A matcher is tried once per distinct value of its label, not once per series.
    """

    samples: Samples
    _index: dict[str, tuple[dict[str, int], Index]] = attrs.field(factory=dict, init=False)

    def select(self, matchers: Sequence[Matcher], start: int, end: int) -> Samples:
        """Return the series that satisfy all matchers, with at least their samples in [start, end] (ms).

        Samples outside are cut off only where they are the greater part: copying costs more than
        the evaluation that looks past them.
        """
        keep = np.ones(len(self.samples), bool)
        for matcher in matchers:
            values, codes = self._codes(matcher.name)
            good = np.fromiter((matcher.matches(value) for value in values), bool, len(values))
            keep &= good[codes]
        chosen = subset(self.samples, np.flatnonzero(keep))
        inside = ((chosen.times >= start) & (chosen.times <= end)).sum()
        return chosen if 2 * inside > len(chosen.times) else between(chosen, start, end)

    def span(self) -> tuple[int, int] | None:
        """Return first and last sample time, or `None` when there is nothing."""
        return self.samples.span()

    def _codes(self, name: str) -> tuple[dict[str, int], Index]:
        """Return the label's distinct values (`""` where absent) and each series' number among them."""
        if name not in self._index:
            values: dict[str, int] = {}
            codes = np.fromiter(
                (
                    values.setdefault(_value(labels, name), len(values))
                    for labels in self.samples.labels
                ),
                np.int64,
                len(self.samples),
            )
            self._index[name] = values, codes
        return self._index[name]


def _value(labels: Labels, name: str) -> str:
    for key, value in labels.pairs:
        if key == name:
            return value
    return ""


@attrs.frozen(eq=False)
class Overlay:
    """Several sources as one; a series that occurs in more than one is taken from the first."""

    sources: tuple[Source, ...]

    def select(self, matchers: Sequence[Matcher], start: int, end: int) -> Samples:
        """Return the series of all sources that satisfy all matchers."""
        parts = [source.select(matchers, start, end) for source in self.sources]
        parts = [part for part in parts if len(part)]
        if len(parts) == 1:
            return parts[0]
        return joined(parts)

    def span(self) -> tuple[int, int] | None:
        """Return first and last sample time of all sources."""
        spans = [span for source in self.sources if (span := source.span()) is not None]
        if not spans:
            return None
        return min(start for start, _ in spans), max(end for _, end in spans)


def joined(parts: Sequence[Samples]) -> Samples:
    """Return the series of all parts; of equal label sets the first is kept."""
    seen: set[Labels] = set()
    kept = []
    for part in parts:
        fresh = [row for row, labels in enumerate(part.labels) if labels not in seen]
        seen.update(part.labels)
        kept.append(subset(part, np.array(fresh, np.int64)))
    histograms = None
    if any(part.histograms is not None for part in kept):
        histograms = np.concatenate(
            [
                np.full(len(part.values), None, object)
                if part.histograms is None
                else part.histograms
                for part in kept
            ]
        )
    if not kept:
        return Samples.of([])
    clocks = np.cumsum([0, *(len(part.clock_starts) - 1 for part in kept)])
    return Samples(
        tuple(labels for part in kept for labels in part.labels),
        np.concatenate([part.times for part in kept]),
        _chained([part.clock_starts for part in kept]),
        np.concatenate([part.clock + first for part, first in zip(kept, clocks, strict=False)]),
        np.concatenate([part.values for part in kept]),
        _chained([part.starts for part in kept]),
        histograms,
    )


def _chained(starts: Sequence[Index]) -> Index:
    lengths = np.concatenate([np.diff(part) for part in starts])
    return np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)])
