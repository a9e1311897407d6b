"""Functions of dates, in UTC, and the times of samples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from mixwright.engine.block import NO_LABELS, Block
from mixwright.engine.functions import VectorFunction
from mixwright.engine.functions.floats import unnamed
from mixwright.engine.logical import Call, Node, Repeat, Select
from mixwright.engine.operators.select import newest
from mixwright.engine.reading import data_times
from mixwright.engine.run import Run
from mixwright.frame import STALE_NAN_BITS, Samples, Values

_Integers: TypeAlias = NDArray[np.int64]
_BEYOND: Final = 1 << 63
"""Go turns NaN, infinities and what is too large into the smallest integer, whose date wraps to here."""


def _days_of(days: _Integers, unit: str) -> NDArray[Any]:
    """Return the first day of the month (`M`) or year (`Y`) of each day."""
    return days.astype("datetime64[D]").astype(f"datetime64[{unit}]").astype("datetime64[D]")


def _day_of_month(days: _Integers, _: _Integers) -> _Integers:
    return days - _days_of(days, "M").astype(np.int64) + 1


def _day_of_year(days: _Integers, _: _Integers) -> _Integers:
    return days - _days_of(days, "Y").astype(np.int64) + 1


def _days_in_month(days: _Integers, _: _Integers) -> _Integers:
    month = days.astype("datetime64[D]").astype("datetime64[M]")
    length = (month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")
    days_long: _Integers = length.astype(np.int64)
    return days_long


def _month(days: _Integers, _: _Integers) -> _Integers:
    return days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) % 12 + 1


def _year(days: _Integers, _: _Integers) -> _Integers:
    return days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970


_CALENDAR: Final[dict[str, Callable[[_Integers, _Integers], _Integers]]] = {
    "day_of_month": _day_of_month,
    "day_of_week": lambda days, _: (days + 4) % 7,
    "day_of_year": _day_of_year,
    "days_in_month": _days_in_month,
    "hour": lambda _, seconds: seconds // 3_600,
    "minute": lambda _, seconds: seconds // 60 % 60,
    "month": _month,
    "year": _year,
}


def _calendar(node: Call, run: Run) -> Block:
    """A part of the date that a float is in Unix seconds; without argument, of the evaluation time."""
    part = _CALENDAR[node.function]
    if not node.args:
        days, seconds = np.divmod(np.floor_divide(node.steps.times, 1000), 86_400)
        values = part(days, seconds).astype(np.float64).reshape(1, -1)
        return Block((NO_LABELS,), values, np.ones(values.shape, bool))
    (argument,) = node.args
    assert isinstance(argument, Node)
    vector = run.block(argument)
    with np.errstate(all="ignore"):
        inside = np.abs(vector.values) < _BEYOND
        times = np.where(inside, vector.values, 0).astype(np.int64)
    days, seconds = np.divmod(times, 86_400)
    last_day, last_second = divmod(_BEYOND, 86_400)
    days, seconds = np.where(inside, days, last_day), np.where(inside, seconds, last_second)
    return unnamed(vector, part(days, seconds).astype(np.float64), run)


def _timestamp(node: Call, run: Run) -> Block:
    """When the samples of a selector were taken; of any other vector, the evaluation time."""
    (argument,) = node.args
    assert isinstance(argument, Node)
    selector = argument.inner if isinstance(argument, Repeat) else argument
    if isinstance(selector, Select):
        samples = stamped(run.reading.samples(selector))
        times = data_times(node.steps, selector.selection)
        vector = newest(samples, times, run.options.lookback.ms)
        run.block(argument)
    else:
        vector = run.block(argument)
        seconds = np.broadcast_to(node.steps.times / 1000, vector.values.shape)
        vector = attrs.evolve(vector, values=seconds)
    return unnamed(attrs.evolve(vector, histograms=None), vector.values, run, vector.present)


def stamped(samples: Samples) -> Samples:
    """Return the samples with their times, in seconds, as values; staleness markers stay."""
    values = np.empty(samples.sample_count)
    for row in range(len(samples)):
        times, _ = samples.series(row)
        values[samples.starts[row] : samples.starts[row + 1]] = times / 1000
    bits = samples.values.view(np.uint64)
    stale = bits == np.uint64(STALE_NAN_BITS)
    marked: Values = values.view(np.uint64)
    marked[stale] = bits[stale]
    return attrs.evolve(samples, values=values)


VECTORS: Final[dict[str, VectorFunction]] = {
    **dict.fromkeys(_CALENDAR, _calendar),
    "timestamp": _timestamp,
}
