"""The experimental range modifiers: `anchored` and `smoothed` look at samples beyond the borders.

Source: `extendedRate`, `extendFloats`, `smoothSeries` and `pickFirstSampleIndices` of Prometheus.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from mixwright.engine.block import Block
from mixwright.engine.logical import RangeCall, Select, Window
from mixwright.engine.operators.windows import Windows, window_bounds, windows
from mixwright.engine.reading import data_times
from mixwright.engine.run import Run
from mixwright.errors import EvaluationError
from mixwright.frame import Objects, Samples, Times, Values, is_histogram
from mixwright.values import Labels

_SAFE: Final = {
    "anchored": ("changes", "delta", "increase", "rate", "resets"),
    "smoothed": ("delta", "increase", "rate"),
}


def extended(node: RangeCall, window: Window, run: Run) -> tuple[Windows, Block]:
    """Return the widened windows and the function's values."""
    reach = window.reach
    if node.function not in _SAFE[reach]:
        raise EvaluationError(
            f"{reach} modifier can only be used with: {', '.join(_SAFE[reach])}"
            f" - not with {node.function}"
        )
    seen = _widened(window, run)
    samples = seen.samples
    shape = len(samples), len(node.steps)
    values, present = np.full(shape, np.nan), np.zeros(shape, bool)
    histograms = None
    texts: dict[str, None] = {}
    if samples.histograms is not None:
        histograms = np.full(shape, None, object)
    for row in range(shape[0]):
        times, floats = samples.series(row)
        objects = _objects(samples, row)
        for step, end in enumerate(seen.ends.tolist()):
            clock = samples.clock[row]
            piece = slice(int(seen.lo[clock, step]), int(seen.hi[clock, step]))
            if piece.start >= piece.stop:
                continue
            held = None if objects is None else objects[piece]
            if held is not None and is_histogram(held).any():
                from mixwright.engine.operators.extended_histograms import measured

                outcome, more = measured(
                    node.function, reach, samples.labels[row].name,
                    times[piece], floats[piece], held, end - seen.width, end,
                )  # fmt: skip
                texts.update(dict.fromkeys(more))
                if outcome is None:
                    continue
                present[row, step] = True
                if isinstance(outcome, float):
                    values[row, step] = outcome
                else:
                    assert histograms is not None
                    histograms[row, step] = outcome
                continue
            result = _measured(
                node.function, reach, times[piece], floats[piece], end - seen.width, end
            )
            if result is not None:
                values[row, step], present[row, step] = result, True
    return seen, Block(samples.labels, values, present, histograms, None, tuple(texts))


def _objects(samples: Samples, row: int) -> Objects | None:
    if samples.histograms is None:
        return None
    piece: Objects = samples.histograms[samples.starts[row] : samples.starts[row + 1]]
    return piece


def _widened(window: Window, run: Run) -> Windows:
    lookback = run.options.lookback.ms
    after = lookback if window.reach == "smoothed" else 0
    return windows(window, run, before=lookback, after=after)


def _measured(
    function: str, reach: str, times: Times, values: Values, start: int, end: int
) -> float | None:
    """Return the function's value over `(start, end]`, with the samples around it to lean on."""
    if function in ("changes", "resets"):
        first = _anchor(times, start)
        if first is None:
            return None
        older, newer = values[first:-1], values[first + 1 :]
        if function == "resets":
            return float((newer < older).sum())
        both_nan = np.isnan(newer) & np.isnan(older)
        return float(((newer != older) & ~both_nan).sum())
    counter = function != "delta"
    smooth = reach == "smoothed"
    edges = _edges(times, start, end, smooth)
    if edges is None:
        return None
    first, last = edges
    left, right = values[first], values[last]
    if smooth and times[first] < start:
        left = _between(times, values, first, start, counter)
    if smooth and last > 0 and times[last] > end:
        right = _between(times, values, last - 1, end, counter)
    result = float(right - left)
    if counter:
        inside = values[first + (times[first] <= start) : last + 1 - (times[last] >= end)]
        before = left
        for value in (*inside, right):
            if value < before:
                result += float(before)
            before = value
    if function == "rate":
        result /= (end - start) / 1000
    return result


def _anchor(times: Times, start: int) -> int | None:
    """Return the last sample at or before the start, if any sample comes after it."""
    before = int(np.searchsorted(times, start, "right")) - 1
    return None if before + 1 >= len(times) else max(before, 0)


def _edges(times: Times, start: int, end: int, smooth: bool) -> tuple[int, int] | None:
    """Return the samples that stand for the two borders."""
    last = len(times) - 1
    first = max(0, int(np.searchsorted(times[:last], start, "right")) - 1)
    if smooth:
        last = int(np.searchsorted(times[:last], end, "left"))
    if times[last] <= start or (smooth and times[first] > end):
        return None
    return first, last


def _between(times: Times, values: Values, place: int, time: int, counter: bool) -> float:
    """Interpolate between two samples; after a reset a counter is taken to start from 0."""
    low, high = float(values[place]), float(values[place + 1])
    if counter and high < low:
        low = 0.0
    return low + (high - low) * float(time - times[place]) / float(times[place + 1] - times[place])


def smoothed(node: Select, run: Run) -> Block:
    """Return a vector whose values lie on the lines between the samples around each step."""
    lookback = run.options.lookback.ms
    samples = run.reading.unmarked(node)
    times = data_times(node.steps, node.selection)
    lo, hi = window_bounds(samples, times + lookback, 2 * lookback)
    shape = len(samples), len(times)
    values, present = np.full(shape, np.nan), np.zeros(shape, bool)
    histograms: Objects | None = None
    texts: dict[str, None] = {}
    if samples.histograms is not None:
        histograms = np.full(shape, None, object)
    for row in range(shape[0]):
        all_times, all_values = samples.series(row)
        objects = _objects(samples, row)
        clock = samples.clock[row]
        for step, time in enumerate(times.tolist()):
            piece = slice(int(lo[clock, step]), int(hi[clock, step]))
            if piece.start >= piece.stop:
                continue
            held = None if objects is None else objects[piece]
            if held is not None and is_histogram(held).any():
                from mixwright.engine.operators.extended_histograms import on_line

                result, more = on_line(all_times[piece], held, time, samples.labels[row].name)
                texts.update(dict.fromkeys(more))
                if result is not None and histograms is not None:
                    histograms[row, step], present[row, step] = result, True
                continue
            value = _on_line(all_times[piece], all_values[piece], time)
            if value is not None:
                values[row, step], present[row, step] = value, True
    return Block(samples.labels, values, present, histograms, None, tuple(texts)).compact()


def _on_line(times: Times, values: Values, time: int) -> float | None:
    """Return the value at a time: of the sample, between two of them, or of the last one."""
    after = int(np.searchsorted(times, time, "left"))
    if after < len(times) and times[after] == time:
        return float(values[after])
    if after == 0:
        return None
    if after == len(times):
        return float(values[-1])
    return _between(times, values, after - 1, time, False)


def cut_extended(window: Window, run: Run) -> Samples:
    """Return the samples of an extended range vector at its only step, with values at its borders."""
    seen = _widened(window, run)
    samples, end = seen.samples, int(seen.ends[0])
    start = end - seen.width
    if samples.histograms is not None:
        raise EvaluationError(f"{window.reach} modifier is not supported with histograms")
    parts: list[tuple[Labels, Times, Values]] = []
    smooth = window.reach == "smoothed"
    for row, labels in enumerate(samples.labels):
        clock = samples.clock[row]
        piece = slice(int(seen.lo[clock, 0]), int(seen.hi[clock, 0]))
        all_times, all_values = samples.series(row)
        times, values = all_times[piece], all_values[piece]
        edges = _edges(times, start, end, smooth) if len(times) else None
        if edges is None:
            continue
        first, last = edges
        left, right = values[first], values[last]
        if smooth and times[first] < start:
            left = _between(times, values, first, start, False)
        if smooth and last > 0 and times[last] > end:
            right = _between(times, values, last - 1, end, False)
        inside = slice(first + (times[first] <= start), last + 1 - (times[last] >= end))
        parts.append(
            (
                labels,
                np.concatenate([[start], times[inside], [end]]),
                np.concatenate([[left], values[inside], [right]]),
            )
        )
    return Samples.of(parts)
