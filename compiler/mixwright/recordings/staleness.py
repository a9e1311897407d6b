"""Staleness markers for sources that have none, at the times at which Prometheus would have written them.

A scrape that does not find a series any more, or fails, marks it at that scrape. The scrapes of a
target are the times of its `up`; of what has no `up`, they are told from the usual interval.
Source: prometheus, `scrape/scrape.go` (`scrapeAndReport`, `endOfRunStaleness`).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import numpy as np

from mixwright.frame import STALE_NAN, Index, Objects, Samples, Times, Values
from mixwright.recordings.intervals import clock_interval, scrape_intervals
from mixwright.values import METRIC_NAME, Labels

LONGEST_GAP: Final = 3
"""So many intervals may lie between two samples of a series that goes on."""
_LATE: Final = 0.5
"""So much of an interval a scrape may be late."""

_NO_HISTOGRAM: Final = np.array([None], object)

NOTE: Final = (
    "the source has no staleness markers: they are put at the first scrape, known from `up`, that does not "
    f"have a series; without `up`, one interval after a sample that none follows for more than {LONGEST_GAP}"
)


def with_markers(samples: Samples, up: Samples, end: int) -> Samples:
    """Return `samples` with a staleness marker where each series ends before `end` (ms), or pauses.

    `samples` have none yet; `up` has the series `up` of the same time.
    """
    usual = scrape_intervals(samples) or scrape_intervals(up)
    default = max(usual, key=lambda ms: (usual[ms], -ms)) if usual else None
    targets = _Targets(up.labels)
    clocks: dict[tuple[int, int | None], tuple[Index, Times]] = {}

    def ends(number: int, labels: Labels) -> tuple[Index, Times]:
        key = int(samples.clock[number]), targets.of(labels)
        if key not in clocks:
            times = samples.series(number)[0]
            scrapes = times if key[1] is None else up.series(key[1])[0]
            clocks[key] = _ends(times, scrapes, default, end)
        return clocks[key]

    return Samples.of(
        _marked(samples, number, *ends(number, labels))
        for number, labels in enumerate(samples.labels)
    )


class _Targets:
    """Which `up` belongs to a series: the one whose labels the series has too."""

    def __init__(self, ups: Iterable[Labels]) -> None:
        self._by_names: dict[tuple[str, ...], dict[Labels, int]] = {}
        for number, labels in enumerate(ups):
            target = labels.drop((METRIC_NAME,))
            self._by_names.setdefault(tuple(target), {})[target] = number

    def of(self, labels: Labels) -> int | None:
        """Return the number of the `up` of a series, or `None`."""
        found = (
            targets.get(labels.keep(names))
            for names, targets in sorted(self._by_names.items(), key=lambda item: -len(item[0]))
        )
        return next((number for number in found if number is not None), None)


def _ends(times: Times, scrapes: Times, default: int | None, end: int) -> tuple[Index, Times]:
    """Return after which samples a marker comes, and when."""
    ticks = _ticks(scrapes, default, end)
    place = np.searchsorted(ticks, times)
    if place[-1] >= len(ticks) or not np.array_equal(ticks[place], times):
        # The series keeps times of its own, so that the target's scrapes say nothing about it.
        ticks = _ticks(times, default, end)
        place = np.searchsorted(ticks, times)
    following = np.append(place[1:], -1)
    ending = np.flatnonzero((place + 1 < len(ticks)) & (place + 1 != following))
    return ending, ticks[place[ending] + 1]


def _ticks(scrapes: Times, default: int | None, end: int) -> Times:
    """Return times of scrapes, with the first one that is missing in every long gap, the one up to `end` included."""
    interval = clock_interval(scrapes) or default
    if interval is None:
        return scrapes
    gaps = np.diff(np.append(scrapes, end + 1)) > (LONGEST_GAP + _LATE) * interval
    return np.sort(np.concatenate([scrapes, scrapes[gaps] + interval]))


def _marked(
    samples: Samples, number: int, ending: Index, marks: Times
) -> tuple[Labels, Times, Values, Objects | None]:
    """Return one series with markers at `marks`, each behind the sample that `ending` says."""
    times, values = samples.series(number)
    histograms: Objects | None = None
    if samples.histograms is not None:
        histograms = samples.histograms[slice(*samples.starts[number : number + 2].tolist())]
    if len(ending):
        times = np.insert(times, ending + 1, marks)
        values = np.insert(values, ending + 1, STALE_NAN)
        if histograms is not None:
            histograms = np.insert(histograms, ending + 1, _NO_HISTOGRAM)
    return samples.labels[number], times, values, histograms
