"""`anchored` and `smoothed` windows of native histograms.

Source: `extendedHistogramRate`, `interpolateHistograms` and `correctForCounterResetsHistogram` of
Prometheus' `promql/functions.go`.
"""

from __future__ import annotations

import itertools
from typing import TypeAlias

import attrs
import numpy as np

from mixwright.engine import notices
from mixwright.engine.histogram.arithmetic import combined, detects_reset
from mixwright.frame import Objects, Times, Values, is_histogram
from mixwright.frame.histogram import Histogram, HistogramError, ResetHint

Outcome: TypeAlias = float | Histogram | None


def measured(
    function: str,
    reach: str,
    name: str,
    times: Times,
    values: Values,
    objects: Objects,
    start: int,
    end: int,
) -> tuple[Outcome, list[str]]:
    """Return the function's value over `(start, end]` and annotations."""
    if function in ("changes", "resets"):
        return _events(function, times, values, objects, start), []
    if not is_histogram(objects).all():
        return None, [notices.mixed_floats(name)]
    try:
        return _rise(function, reach, name, times, list(objects), start, end)
    except HistogramError:
        return None, [notices.mixed_schemas(name)]


def _events(
    function: str, times: Times, values: Values, objects: Objects, start: int
) -> float | None:
    before = int(np.searchsorted(times, start, "right")) - 1
    if before + 1 >= len(times):
        return None
    samples = [
        float(value) if histogram is None else histogram
        for value, histogram in zip(values, objects, strict=True)
    ][max(before, 0) :]
    count = 0
    for older, newer in itertools.pairwise(samples):
        match older, newer:
            case Histogram(), Histogram() if function == "resets":
                count += detects_reset(newer, older)
            case Histogram(), Histogram():
                count += not newer.same_as(older)
            case float(), float() if function == "resets":
                count += newer < older
            case float(), float():
                count += newer != older and not (np.isnan(newer) and np.isnan(older))
            case _:
                count += 1
    return float(count)


def _rise(
    function: str,
    reach: str,
    name: str,
    times: Times,
    points: list[Histogram],
    start: int,
    end: int,
) -> tuple[Outcome, list[str]]:
    counter, smooth = function != "delta", reach == "smoothed"
    last = len(points) - 1
    first = max(0, int(np.searchsorted(times[:last], start, "right")) - 1)
    if smooth:
        last = int(np.searchsorted(times[:last], end, "left"))
    if times[last] <= start or (smooth and times[first] > end):
        return None, []
    texts: dict[str, None] = {}
    for point in points[first : last + 1]:
        if point.has_custom_buckets != points[first].has_custom_buckets:
            return None, [*texts, notices.mixed_schemas(name)]
        if counter and point.hint is ResetHint.GAUGE:
            texts[notices.not_counter(name)] = None
    left, right = points[first], points[last]
    if smooth and times[first] < start:
        left = _between(times, points, first, start, counter, texts)
    if smooth and last > 0 and times[last] > end:
        right = _between(times, points, last - 1, end, counter, texts)
    if not counter and {left.hint, right.hint} != {ResetHint.GAUGE}:
        texts[notices.not_gauge(name)] = None
    result = _subtracted(right, left, texts)
    if counter:
        lost = _lost(times, points, first, last, left, right, start, smooth, texts)
        if lost is not None:
            result = _added(result, lost, texts)
    if function == "rate":
        result = result.divided((end - start) / 1000)
    return attrs.evolve(result, hint=ResetHint.GAUGE).compacted(), list(texts)


def _lost(
    times: Times,
    points: list[Histogram],
    first: int,
    last: int,
    left: Histogram,
    right: Histogram,
    start: int,
    smooth: bool,
    texts: dict[str, None],
) -> Histogram | None:
    """Return what resets inside the window have lost."""
    begin, before = first + 1, left
    spans_reset = smooth and times[first] < start and first + 1 < len(points)
    if spans_reset and detects_reset(points[first + 1], points[first]):
        # The interpolated left border has seen this reset already.
        before = points[first + 1]
        begin += 1
    if begin > last:
        return None
    total: Histogram | None = None
    for point in (*points[begin:last], right):
        if detects_reset(point, before):
            total = before if total is None else _added(total, before, texts)
        before = point
    return total


def _between(
    times: Times,
    points: list[Histogram],
    place: int,
    time: int,
    counter: bool,
    texts: dict[str, None],
) -> Histogram:
    older, newer = points[place], points[place + 1]
    if time == times[place]:
        return older
    if time == times[place + 1]:
        return newer
    share = float(time - times[place]) / float(times[place + 1] - times[place])
    if counter and detects_reset(newer, older):
        return newer.scaled(share)
    return _added(_subtracted(newer, older, texts).scaled(share), older, texts)


def _added(left: Histogram, right: Histogram, texts: dict[str, None]) -> Histogram:
    result = combined(left, right, 1.0)
    if result.reconciled:
        texts[notices.reconciled_bounds("addition")] = None
    return result.value


def _subtracted(left: Histogram, right: Histogram, texts: dict[str, None]) -> Histogram:
    result = combined(left, right, -1.0)
    if result.reconciled:
        texts[notices.reconciled_bounds("subtraction")] = None
    return result.value


def on_line(
    times: Times, objects: Objects, time: int, name: str
) -> tuple[Histogram | None, list[str]]:
    """Return the histogram at a time, interpolated between its neighbours, and annotations."""
    if not is_histogram(objects).all():
        return None, [notices.mixed_floats(name)]
    points: list[Histogram] = list(objects)
    after = int(np.searchsorted(times, time, "left"))
    if after < len(points) and times[after] == time:
        return points[after], []
    if after == 0:
        return None, []
    if after == len(points):
        return attrs.evolve(points[-1], hint=ResetHint.UNKNOWN), []
    older, newer = points[after - 1], points[after]
    if older.has_custom_buckets != newer.has_custom_buckets:
        return None, [notices.mixed_schemas(name)]
    texts: dict[str, None] = {}
    counter = not older.hint is newer.hint is ResetHint.GAUGE
    try:
        return _between(times, points, after - 1, time, counter, texts), list(texts)
    except HistogramError:
        return None, [notices.mixed_schemas(name)]
