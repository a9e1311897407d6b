"""A part of any recording, small enough to be given to somebody."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

import numpy as np

from mixwright.frame import Objects, Samples
from mixwright.recordings.recording import Recording
from mixwright.recordings.slicing import ALL_TIME, cut_samples, share_clocks
from mixwright.values import Matcher


def cut(
    recording: Recording,
    selectors: Sequence[Sequence[Matcher]] = ((),),
    *,
    start: int | None = None,
    end: int | None = None,
) -> Samples:
    """Return the series that satisfy any of `selectors`, with samples in [start, end] (ms).

    A selector is a list of matchers that must all hold; without selectors everything is taken,
    without times all of the recording.
    """
    first, last = recording.span() or (0, 0)
    first, last = first if start is None else start, last if end is None else end
    return _union([recording.select(matchers, first, last) for matchers in selectors])


def _union(parts: Sequence[Samples]) -> Samples:
    """Put parts of one recording and one time range together; a series in two of them is the same in both."""
    if len(parts) == 1:
        return parts[0]
    labels = tuple(chain.from_iterable(part.labels for part in parts))
    clocks = np.cumsum([0] + [len(part.clock_starts) - 1 for part in parts])
    times = np.cumsum([0] + [len(part.times) for part in parts])
    values = np.cumsum([0] + [len(part.values) for part in parts])
    stacked = Samples(
        labels=labels,
        times=np.concatenate([part.times for part in parts]),
        clock_starts=np.concatenate(
            [p.clock_starts[:-1] + at for p, at in zip(parts, times, strict=False)] + [times[-1:]]
        ),
        clock=np.concatenate([p.clock + at for p, at in zip(parts, clocks, strict=False)]),
        values=np.concatenate([part.values for part in parts]),
        starts=np.concatenate(
            [p.starts[:-1] + at for p, at in zip(parts, values, strict=False)] + [values[-1:]]
        ),
        histograms=_stacked_histograms(parts),
    )
    first_of = {series: number for number, series in reversed(list(enumerate(labels)))}
    numbers = np.array([first_of[series] for series in sorted(first_of)], np.int64)
    return share_clocks(cut_samples(stacked, numbers, ALL_TIME.start, ALL_TIME.stop))


def _stacked_histograms(parts: Sequence[Samples]) -> Objects | None:
    if all(part.histograms is None for part in parts):
        return None
    return np.concatenate(
        [
            np.full(part.sample_count, None, object) if part.histograms is None else part.histograms
            for part in parts
        ]
    )
