"""Functions of windows that hold native histograms, alone or beside floats.

Source: the histogram branches of the range functions in Prometheus' `promql/functions.go`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

import attrs
import numpy as np

from mixwright.engine import notices
from mixwright.engine.block import Block
from mixwright.engine.functions import WINDOW_FUNCTIONS, WindowCall
from mixwright.engine.histogram.arithmetic import combined, detects_reset, reduced
from mixwright.engine.operators.histogram_aggregate import aggregated
from mixwright.engine.operators.windows import Windows, window_bounds
from mixwright.frame import Samples, Times, Values, is_histogram
from mixwright.frame.histogram import Histogram, HistogramError, ResetHint
from mixwright.values import Labels

Outcome: TypeAlias = "float | Histogram | None"


@attrs.frozen(eq=False)
class Seen:
    """One window with at least one histogram: its samples in order, and the floats' own result."""

    name: str
    times: Times
    samples: list[float | Histogram]
    floats: Outcome
    start: int
    end: int
    width: int

    @property
    def histograms(self) -> list[Histogram]:
        """The histograms, in order."""
        return [sample for sample in self.samples if isinstance(sample, Histogram)]

    @property
    def mixed(self) -> bool:
        """Whether there are floats, too."""
        return len(self.histograms) < len(self.samples)


def with_histograms(block: Block, call: WindowCall) -> Block:
    """Return the block with the rows that have histograms evaluated anew."""
    seen = call.windows
    samples = seen.samples
    assert samples.histograms is not None
    rows = [
        row
        for row in range(len(samples))
        if is_histogram(samples.histograms[samples.starts[row] : samples.starts[row + 1]]).any()
    ]
    values, present = block.values.copy(), block.present.copy()
    histograms = np.full(values.shape, None, object)
    floats = _of_floats(call, rows)
    texts: dict[str, None] = dict.fromkeys(floats.annotations)
    evaluate = _FUNCTIONS[call.function]
    for number, row in enumerate(rows):
        present[row] = floats.present[number]
        values[row] = floats.values[number]
        for step, window in _windows(call, row, floats, number):
            result, more = evaluate(window)
            texts.update(dict.fromkeys(more))
            present[row, step] = result is not None
            if isinstance(result, Histogram):
                histograms[row, step] = result
            elif result is not None:
                values[row, step] = result
    clean = tuple(text for text in block.annotations if text not in texts)
    return attrs.evolve(
        block, values=values, present=present, histograms=histograms, annotations=clean
    ).annotated(texts)


def _of_floats(call: WindowCall, rows: list[int]) -> Block:
    """Evaluate the function on the floats alone."""
    samples, seen = call.windows.samples, call.windows
    assert samples.histograms is not None
    parts: list[tuple[Labels, Times, Values]] = []
    for row in rows:
        times, values = samples.series(row)
        here = ~is_histogram(samples.histograms[samples.starts[row] : samples.starts[row + 1]])
        parts.append((samples.labels[row], times[here], values[here]))
    alone = Samples.of(parts)
    lo, hi = window_bounds(alone, seen.ends, seen.width)
    shape = len(rows), len(seen.ends)
    out, present = np.full(shape, np.nan), np.zeros(shape, bool)
    windows = Windows(alone, lo, hi, seen.ends, seen.width)
    floats = WindowCall(call.function, windows, call.times, call.scalars, out, present)
    texts = tuple(WINDOW_FUNCTIONS[call.function](floats) or ())
    return Block(alone.labels, out, present, annotations=texts)


def _windows(call: WindowCall, row: int, floats: Block, number: int) -> Iterator[tuple[int, Seen]]:
    """Yield the steps whose window has a histogram."""
    seen, samples = call.windows, call.windows.samples
    assert samples.histograms is not None
    times, values = samples.series(row)
    objects = samples.histograms[samples.starts[row] : samples.starts[row + 1]]
    clock = samples.clock[row]
    for step, end in enumerate(seen.ends.tolist()):
        piece = slice(int(seen.lo[clock, step]), int(seen.hi[clock, step]))
        if not is_histogram(objects[piece]).any():
            continue
        content = [
            float(value) if histogram is None else histogram
            for value, histogram in zip(values[piece], objects[piece], strict=True)
        ]
        result = float(floats.values[number, step]) if floats.present[number, step] else None
        name = samples.labels[row].name
        yield step, Seen(name, times[piece], content, result, end - seen.width, end, seen.width)


def _only_floats(window: Seen) -> tuple[Outcome, list[str]]:
    texts = [notices.ignored_in_range(window.name)] if window.mixed else []
    return window.floats, texts


def _extrapolated(counter: bool, per_second: bool) -> Callable[[Seen], tuple[Outcome, list[str]]]:
    def evaluate(window: Seen) -> tuple[Outcome, list[str]]:
        if window.mixed:
            return None, [notices.mixed_floats(window.name)]
        points = window.histograms
        if len(points) < 2:
            return None, []
        result, texts = _rise(points, window.name, counter=counter)
        if result is None:
            return None, texts
        first, last = int(window.times[0]), int(window.times[-1])
        to_start, to_end = (first - window.start) / 1000, (window.end - last) / 1000
        sampled = (last - first) / 1000
        between = sampled / (len(points) - 1)
        if to_start >= between * 1.1:
            to_start = between / 2
        if counter and result.count > 0 and points[0].count >= 0:
            to_start = min(to_start, sampled * (points[0].count / result.count))
        if to_end >= between * 1.1:
            to_end = between / 2
        factor = (sampled + to_start + to_end) / sampled
        if per_second:
            factor /= window.width / 1000
        return result.scaled(factor), texts

    return evaluate


def _rise(
    points: list[Histogram], name: str, *, counter: bool
) -> tuple[Histogram | None, list[str]]:
    """Return last minus first plus what resets lost (`histogramRate`)."""
    texts: dict[str, None] = {}
    before, last = points[0], points[-1]
    if counter and ResetHint.GAUGE in (before.hint, last.hint):
        texts[notices.not_counter(name)] = None
    if counter and detects_reset(points[1], before):
        before = Histogram(points[1].schema, custom=points[1].custom)
    mixed = [*texts, notices.mixed_schemas(name)]
    if last.has_custom_buckets != before.has_custom_buckets:
        return None, mixed
    schema = min(last.schema, before.schema)
    if counter:
        for point in points[1:-1]:
            if point.hint is ResetHint.GAUGE:
                texts[notices.not_counter(name)] = None
            if point.has_custom_buckets != before.has_custom_buckets:
                return None, [notices.mixed_schemas(name)]
            schema = min(schema, point.schema)
    try:
        result = combined(reduced(last, schema), before, -1.0)
        if result.reconciled:
            texts[notices.reconciled_bounds("subtraction")] = None
        total = result.value
        if counter:
            for point in points[1:]:
                if detects_reset(point, before):
                    added = combined(total, before, 1.0)
                    if added.reconciled:
                        texts[notices.reconciled_bounds("addition")] = None
                    total = added.value
                before = point
        elif points[0].hint is not ResetHint.GAUGE or last.hint is not ResetHint.GAUGE:
            texts[notices.not_gauge(name)] = None
    except HistogramError:
        return None, [notices.mixed_schemas(name)]
    return attrs.evolve(total, hint=ResetHint.GAUGE).compacted(), list(texts)


def _instant(counter: bool) -> Callable[[Seen], tuple[Outcome, list[str]]]:
    def evaluate(window: Seen) -> tuple[Outcome, list[str]]:
        if len(window.samples) < 2:
            return None, []
        older, newer = window.samples[-2:]
        seconds = int(window.times[-1] - window.times[-2]) / 1000
        if isinstance(older, float) and isinstance(newer, float):
            return window.floats, []
        if not isinstance(older, Histogram) or not isinstance(newer, Histogram):
            return None, [notices.mixed_floats(window.name)]
        texts: list[str] = []
        hints = {older.hint, newer.hint}
        if counter and ResetHint.GAUGE in hints:
            texts.append(notices.not_counter(window.name))
        if not counter and hints != {ResetHint.GAUGE}:
            texts.append(notices.not_gauge(window.name))
        result = newer
        if not counter or not detects_reset(newer, older):
            try:
                difference = combined(newer, older, -1.0)
            except HistogramError:
                return None, [*texts, notices.mixed_schemas(window.name)]
            result = difference.value
            if difference.reconciled:
                texts.append(notices.reconciled_bounds("subtraction"))
        result = attrs.evolve(result, hint=ResetHint.GAUGE).compacted()
        return (result.divided(seconds) if counter else result), texts

    return evaluate


def _aggregated(average: bool) -> Callable[[Seen], tuple[Outcome, list[str]]]:
    def evaluate(window: Seen) -> tuple[Outcome, list[str]]:
        if window.mixed:
            return None, [notices.mixed_floats(window.name)]
        named = [(window.name, histogram) for histogram in window.histograms]
        return aggregated(named, average=average)

    return evaluate


def _trend(window: Seen) -> tuple[Outcome, list[str]]:
    if len(window.samples) == len(window.histograms):
        return None, []
    return window.floats, [notices.ignored_in_range(window.name)]


def _resets(window: Seen) -> tuple[Outcome, list[str]]:
    count = 0
    for older, newer in zip(window.samples, window.samples[1:], strict=False):
        match older, newer:
            case Histogram(), Histogram():
                count += detects_reset(newer, older)
            case float(), float():
                count += newer < older
            case _:
                count += 1
    return float(count), []


def _changes(window: Seen) -> tuple[Outcome, list[str]]:
    count = 0
    for older, newer in zip(window.samples, window.samples[1:], strict=False):
        match older, newer:
            case Histogram(), Histogram():
                count += not newer.same_as(older)
            case float(), float():
                count += newer != older and not (newer != newer and older != older)
            case _:
                count += 1
    return float(count), []


_FUNCTIONS: Final[dict[str, Callable[[Seen], tuple[Outcome, list[str]]]]] = {
    **dict.fromkeys(WINDOW_FUNCTIONS, _only_floats),
    "rate": _extrapolated(counter=True, per_second=True),
    "increase": _extrapolated(counter=True, per_second=False),
    "delta": _extrapolated(counter=False, per_second=False),
    "irate": _instant(counter=True),
    "idelta": _instant(counter=False),
    "avg_over_time": _aggregated(average=True),
    "sum_over_time": _aggregated(average=False),
    "count_over_time": lambda window: (float(len(window.samples)), []),
    "present_over_time": lambda window: (1.0, []),
    "absent_over_time": lambda window: (1.0, []),
    "first_over_time": lambda window: (window.samples[0], []),
    "last_over_time": lambda window: (window.samples[-1], []),
    "ts_of_first_over_time": lambda window: (int(window.times[0]) / 1000, []),
    "ts_of_last_over_time": lambda window: (int(window.times[-1]) / 1000, []),
    "deriv": _trend,
    "predict_linear": _trend,
    "double_exponential_smoothing": _trend,
    "resets": _resets,
    "changes": _changes,
}
