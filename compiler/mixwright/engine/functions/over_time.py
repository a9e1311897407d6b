"""Aggregations of one series over time: sums, extremes, spread, counts, first and last samples."""

from __future__ import annotations

from types import ModuleType
from typing import Final

from mixwright.engine.functions import WindowCall, WindowFunction
from mixwright.engine.kernels import run_rows


def _family(module: ModuleType, call: WindowCall, flag: float | bool) -> None:
    seen = call.windows
    some = seen.samples
    if call.plain:
        run_rows(
            module.plain, len(some), call.every_sample,
            some.clock, some.starts, some.values, seen.lo, seen.hi, flag, call.out, call.present,
        )  # fmt: skip
        return
    run_rows(
        module.sliding, len(some), call.cost,
        some.clock, some.starts, some.values, seen.lo, seen.middle, seen.hi, call.longest, flag,
        call.out, call.present, call.slack,
    )  # fmt: skip


def _sums(average: bool) -> WindowFunction:
    def run(call: WindowCall) -> None:
        from mixwright.engine.kernels import sums

        _family(sums, call, average)

    return run


def _spread(root: bool) -> WindowFunction:
    def run(call: WindowCall) -> None:
        from mixwright.engine.kernels import spread

        _family(spread, call, root)

    return run


def _extremes(sign: float) -> WindowFunction:
    def run(call: WindowCall) -> None:
        from mixwright.engine.kernels import extremes

        _family(extremes, call, sign)

    return run


def _stamps(sign: float) -> WindowFunction:
    def run(call: WindowCall) -> None:
        from mixwright.engine.kernels.extremes import stamps

        seen = call.windows
        some = seen.samples
        run_rows(
            stamps, len(some), call.cost,
            some.clock_starts, some.times, some.clock, some.starts, some.values,
            seen.lo, seen.hi, sign, call.out, call.present,
        )  # fmt: skip

    return run


def _size(ones: bool) -> WindowFunction:
    def run(call: WindowCall) -> None:
        from mixwright.engine.kernels.counts import size

        seen = call.windows
        run_rows(
            size, len(seen.samples), call.out.size,
            seen.samples.clock, seen.lo, seen.hi, ones, call.out, call.present,
        )  # fmt: skip

    return run


def _edge(newest: bool, stamp: bool) -> WindowFunction:
    def run(call: WindowCall) -> None:
        from mixwright.engine.kernels.counts import edge

        seen = call.windows
        some = seen.samples
        run_rows(
            edge, len(some), call.out.size,
            some.clock_starts, some.times, some.clock, some.starts, some.values,
            seen.lo, seen.hi, newest, stamp, call.out, call.present,
        )  # fmt: skip

    return run


WINDOWS: Final[dict[str, WindowFunction]] = {
    "sum_over_time": _sums(average=False),
    "avg_over_time": _sums(average=True),
    "stdvar_over_time": _spread(root=False),
    "stddev_over_time": _spread(root=True),
    "max_over_time": _extremes(1.0),
    "min_over_time": _extremes(-1.0),
    "ts_of_max_over_time": _stamps(1.0),
    "ts_of_min_over_time": _stamps(-1.0),
    "count_over_time": _size(ones=False),
    "present_over_time": _size(ones=True),
    "absent_over_time": _size(ones=True),
    "first_over_time": _edge(newest=False, stamp=False),
    "last_over_time": _edge(newest=True, stamp=False),
    "ts_of_first_over_time": _edge(newest=False, stamp=True),
    "ts_of_last_over_time": _edge(newest=True, stamp=True),
}
