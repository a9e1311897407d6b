"""Functions of dates, in UTC, and the times of samples."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from mixwright.engine.block import NO_LABELS, Block
from mixwright.engine.functions import VectorFunction
from mixwright.engine.functions.floats import unnamed
from mixwright.engine.logical import Call, Node, Repeat, Select
from mixwright.engine.operators.select import newest
from mixwright.engine.run import Run, data_times
from mixwright.frame import STALE_NAN_BITS, Samples, Values

_Seconds = NDArray[np.int64]
_LONGEST = 1 << 52
"""No date function is meant for times beyond this many seconds; they would overflow the calendar."""


def _days(seconds: _Seconds) -> NDArray[Any]:
    return np.floor_divide(seconds, 86_400).astype("datetime64[D]")


def _years(seconds: _Seconds) -> NDArray[Any]:
    return _days(seconds).astype("datetime64[Y]")


def _months(seconds: _Seconds) -> NDArray[Any]:
    return _days(seconds).astype("datetime64[M]")


def _days_in_month(seconds: _Seconds) -> NDArray[Any]:
    month = _months(seconds)
    days: NDArray[Any] = (month + 1).astype("datetime64[D]") - month.astype("datetime64[D]")
    return days


_CALENDAR: Final[dict[str, Callable[[_Seconds], NDArray[Any]]]] = {
    "day_of_month": lambda s: (_days(s) - _months(s).astype("datetime64[D]")).astype(int) + 1,
    "day_of_week": lambda s: (np.floor_divide(s, 86_400) + 4) % 7,
    "day_of_year": lambda s: (_days(s) - _years(s).astype("datetime64[D]")).astype(int) + 1,
    "days_in_month": lambda s: _days_in_month(s).astype(int),
    "hour": lambda s: np.floor_divide(s, 3_600) % 24,
    "minute": lambda s: np.floor_divide(s, 60) % 60,
    "month": lambda s: _months(s).astype(int) % 12 + 1,
    "year": lambda s: _years(s).astype(int) + 1970,
}


def _calendar(node: Call, run: Run) -> Block:
    """A part of the date that a float is in Unix seconds; without argument, of the evaluation time."""
    part = _CALENDAR[node.function]
    if not node.args:
        seconds = np.floor_divide(node.steps.times, 1000)
        values = part(seconds).astype(np.float64).reshape(1, -1)
        return Block((NO_LABELS,), values, np.ones(values.shape, bool))
    (argument,) = node.args
    assert isinstance(argument, Node)
    vector = run.block(argument)
    with np.errstate(all="ignore"):
        known = np.isfinite(vector.values) & (np.abs(vector.values) < _LONGEST)
        seconds = np.where(known, vector.values, 0).astype(np.int64)
    return unnamed(vector, part(seconds).astype(np.float64), run)


def _timestamp(node: Call, run: Run) -> Block:
    """When the samples of a selector were taken; of any other vector, the evaluation time."""
    (argument,) = node.args
    assert isinstance(argument, Node)
    selector = argument.inner if isinstance(argument, Repeat) else argument
    if isinstance(selector, Select):
        samples = stamped(run.samples(selector.selection))
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
