"""What a result has to do with what a script expects of it."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterable

import numpy as np

from mixwright.engine.conformance.notation import Value
from mixwright.engine.conformance.script import Eval
from mixwright.engine.notices import INFO, WARNING
from mixwright.frame import STALE_NAN_BITS, Matrix, Samples
from mixwright.frame.histogram import Histogram, ResetHint
from mixwright.promql import Expr, ValueType, type_of
from mixwright.values import Labels

_TOLERANCE = 1e-6
"""Upstream's own (`defaultEpsilon`)."""


def difference(command: Eval, expr: Expr, matrix: Matrix) -> str:
    """Return how a result differs from what is expected, or nothing."""
    if wrong := _annotations(command, matrix.annotations):
        return wrong
    if type_of(expr) is ValueType.SCALAR and command.instant:
        if command.scalar is None:
            return "the result is a scalar"
        value = float(matrix.values[0, 0])
        return "" if nearly(value, command.scalar) else f"{value} ≠ {command.scalar}"
    if command.scalar is not None:
        return "the result is not a scalar"
    steps = range(len(matrix.steps))
    found = {
        labels: [_cell(matrix, row, step) for step in steps]
        for row, labels in enumerate(matrix.labels)
        if matrix.present[row].any()
    }
    if wrong := _series(command, found, len(steps)):
        return wrong
    if command.expects("ordered"):
        order = [labels for labels in matrix.labels if labels in found]
        if order != [series.labels for series in command.series]:
            return f"the order is {', '.join(map(str, order))}"
    return ""


def samples_difference(command: Eval, samples: Samples) -> str:
    """Return how a range vector differs from what is expected, or nothing."""
    steps = command.range_vector or command.steps
    times = steps.times.tolist()
    found: dict[Labels, list[Value]] = {}
    for row, (labels, row_times, _) in enumerate(samples):
        cells: list[Value] = [None] * len(times)
        for number, time in enumerate(row_times.tolist()):
            if time not in times:
                return f"{labels} has a sample at {time} ms"
            position = samples.starts[row] + number
            histogram = None if samples.histograms is None else samples.histograms[position]
            value = float(samples.values[position]) if histogram is None else histogram
            cells[times.index(time)] = value
        found[labels] = cells
    return _series(command, found, len(times))


def _cell(matrix: Matrix, row: int, step: int) -> Value:
    if not matrix.present[row, step]:
        return None
    if matrix.histograms is not None and matrix.histograms[row, step] is not None:
        histogram: Histogram = matrix.histograms[row, step]
        return histogram
    return float(matrix.values[row, step])


def _series(command: Eval, found: dict[Labels, list[Value]], steps: int) -> str:
    expected = {series.labels: series.values for series in command.series}
    for labels in found:
        if labels not in expected:
            return f"{labels} is unexpected: {_show(found[labels])}"
    for labels, values in expected.items():
        if labels not in found:
            return f"{labels} is missing"
        if len(values) > steps:
            return f"{labels} is expected to have {len(values)} values at {steps} steps"
        padded = [*values, *[None] * (steps - len(values))]
        for number, (one, other) in enumerate(zip(found[labels], padded, strict=True)):
            if not equal(one, other):
                return f"{labels} at step {number}: {_show([one])} ≠ {_show([other])}"
    return ""


def _show(values: Iterable[Value]) -> str:
    return ", ".join("nothing" if value is None else repr_value(value) for value in values)


def repr_value(value: float | Histogram) -> str:
    """Return a float or histogram for a message."""
    if isinstance(value, float):
        return f"{value:.15g}"
    return f"{value} (schema {value.schema}, {value.hint.value}, zero {value.zero_threshold})"


def equal(found: Value, expected: Value) -> bool:
    """Tell whether two values are equal within upstream's tolerance."""
    if isinstance(found, Histogram) and isinstance(expected, Histogram):
        return _same_histogram(found.compacted(), expected.compacted())
    if isinstance(found, float) and isinstance(expected, float):
        return nearly(found, expected)
    return found is None and expected is None


def _same_histogram(found: Histogram, expected: Histogram) -> bool:
    return (
        found.schema == expected.schema
        and nearly(found.count, expected.count)
        and nearly(found.sum, expected.sum)
        and (not found.has_custom_buckets or found.custom == expected.custom)
        and found.zero_threshold == expected.zero_threshold
        and nearly(found.zero_count, expected.zero_count)
        and _same_buckets(found.positive, expected.positive)
        and _same_buckets(found.negative, expected.negative)
        and (expected.hint is ResetHint.UNKNOWN or found.hint is expected.hint)
    )


def _same_buckets(found: dict[int, float], expected: dict[int, float]) -> bool:
    return found.keys() == expected.keys() and all(
        nearly(count, expected[index]) for index, count in found.items()
    )


def nearly(a: float, b: float, tolerance: float = _TOLERANCE) -> bool:
    """Tell whether two floats differ by rounding only (`almost.Equal`)."""
    stale = [np.float64(x).view(np.uint64) == STALE_NAN_BITS for x in (a, b)]
    if any(stale):
        return all(stale)
    if (math.isnan(a) and math.isnan(b)) or a == b:
        return True
    total, gap = abs(a) + abs(b), abs(a - b)
    if a == 0 or b == 0 or total < sys.float_info.min:
        return gap < tolerance * sys.float_info.min
    return gap / min(total, sys.float_info.max) < tolerance


def _annotations(command: Eval, texts: tuple[str, ...]) -> str:
    kinds: tuple[tuple[str, Callable[[str], bool]], ...] = (
        ("warn", lambda text: text.startswith(WARNING)),
        ("info", lambda text: text.startswith(INFO)),
    )
    for kind, of_kind in kinds:
        found = [text for text in texts if of_kind(text)]
        wanted = command.expects(kind)
        if command.expects(f"no_{kind}") and found:
            return f"unexpected {kind}: {'; '.join(found)}"
        if not wanted:
            continue
        for one in wanted:
            if not any(map(one.matches, found)):
                return f"no {kind} like `{one.text}`, but {found}"
        for text in found:
            if not any(one.matches(text) for one in wanted):
                return f"unexpected {kind}: {text}"
    return ""
