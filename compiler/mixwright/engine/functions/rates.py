"""`rate`, `increase`, `delta`, `irate`, `idelta`, `changes` and `resets`."""

from __future__ import annotations

from typing import Final

from mixwright.engine.functions import WindowCall, WindowFunction
from mixwright.engine.kernels import run_rows


def _extrapolated(counter: bool, per_second: bool) -> WindowFunction:
    def run(call: WindowCall) -> None:
        from mixwright.engine.kernels.rate import extrapolated

        seen = call.windows
        some = seen.samples
        run_rows(
            extrapolated, len(some), call.cost,
            some.clock_starts, some.times, some.clock, some.starts, some.values,
            seen.lo, seen.hi, seen.ends, seen.width, counter, per_second, call.out, call.present,
        )  # fmt: skip

    return run


def _instant(counter: bool) -> WindowFunction:
    def run(call: WindowCall) -> None:
        from mixwright.engine.kernels.rate import instant

        seen = call.windows
        some = seen.samples
        run_rows(
            instant, len(some), call.cost,
            some.clock_starts, some.times, some.clock, some.starts, some.values,
            seen.lo, seen.hi, counter, call.out, call.present,
        )  # fmt: skip

    return run


def _events(resets: bool) -> WindowFunction:
    def run(call: WindowCall) -> None:
        from mixwright.engine.kernels.counts import events

        seen = call.windows
        some = seen.samples
        run_rows(
            events, len(some), call.cost,
            some.clock, some.starts, some.values, seen.lo, seen.hi, resets, call.out, call.present,
        )  # fmt: skip

    return run


WINDOWS: Final[dict[str, WindowFunction]] = {
    "rate": _extrapolated(counter=True, per_second=True),
    "increase": _extrapolated(counter=True, per_second=False),
    "delta": _extrapolated(counter=False, per_second=False),
    "irate": _instant(counter=True),
    "idelta": _instant(counter=False),
    "resets": _events(resets=True),
    "changes": _events(resets=False),
}
