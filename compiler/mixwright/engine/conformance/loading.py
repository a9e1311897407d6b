"""Series in notation turned into samples, as a test's storage holds them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeAlias

import numpy as np

from mixwright.engine.conformance.hints import stored
from mixwright.engine.conformance.notation import Series
from mixwright.frame import Objects, Samples, Times, Values
from mixwright.frame.histogram import Histogram
from mixwright.values import Labels

Points: TypeAlias = dict[int, float | Histogram]
"""The samples of a series by time in ms."""


def add(loaded: dict[Labels, Points], series: Iterable[Series], step: int, start: int = 0) -> None:
    """Add series with values `step` ms apart from `start` (ms) on; a known series is continued."""
    for one in series:
        points = loaded.setdefault(one.labels, {})
        for number, value in enumerate(one.values):
            if value is not None:
                points[start + number * step] = value
        for time, histogram in stored(points):
            points[time] = histogram


def samples(loaded: Mapping[Labels, Points]) -> Samples:
    """Return all series that have samples, in order of their labels."""
    ordered = sorted(loaded.items(), key=lambda item: item[0].pairs)
    return Samples.of((labels, *_arrays(points)) for labels, points in ordered if points)


def _arrays(points: Points) -> tuple[Times, Values, Objects | None]:
    times = np.array(sorted(points), np.int64)
    values = [points[int(time)] for time in times]
    floats = np.array([v if isinstance(v, float) else np.nan for v in values], np.float64)
    if not any(isinstance(value, Histogram) for value in values):
        return times, floats, None
    histograms = np.empty(len(values), object)
    histograms[:] = [v if isinstance(v, Histogram) else None for v in values]
    return times, floats, histograms
