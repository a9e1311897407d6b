"""`deriv`, `predict_linear` and `double_exponential_smoothing`."""

from __future__ import annotations

from typing import Final

import numpy as np

from mixwright.engine.functions import WindowCall, WindowFunction
from mixwright.engine.kernels import run_rows
from mixwright.errors import EvaluationError


def _line(call: WindowCall, predict: bool) -> None:
    from mixwright.engine.kernels import regression

    seen = call.windows
    some = seen.samples
    ahead = call.scalars[0] if predict else np.zeros(len(call.times))
    head = some.clock_starts, some.times, some.clock, some.starts, some.values
    tail = call.times, ahead, predict, call.out, call.present
    if call.plain:
        run_rows(regression.plain, len(some), call.every_sample, *head, seen.lo, seen.hi, *tail)
        return
    run_rows(
        regression.sliding, len(some), call.cost,
        *head, seen.lo, seen.middle, seen.hi, call.longest, *tail, call.slack,
    )  # fmt: skip


def _deriv(call: WindowCall) -> None:
    _line(call, predict=False)


def _predict(call: WindowCall) -> None:
    _line(call, predict=True)


def _smoothed(call: WindowCall) -> None:
    from mixwright.engine.kernels.regression import smoothed

    seen = call.windows
    some = seen.samples
    level, trend = call.scalars
    used = ((seen.hi - seen.lo) > 0).any(axis=0)
    for name, factors, short in (("smoothing", level, "sf"), ("trend", trend, "tf")):
        bad = used & ~((factors > 0) & (factors < 1)) & ~np.isnan(factors)
        if bad.any():
            raise EvaluationError(
                f"invalid {name} factor. Expected: 0 < {short} < 1, got: {factors[bad][0]:f}"
            )
    run_rows(
        smoothed, len(some), call.every_sample,
        some.clock, some.starts, some.values, seen.lo, seen.hi, level, trend, call.out, call.present,
    )  # fmt: skip


WINDOWS: Final[dict[str, WindowFunction]] = {
    "deriv": _deriv,
    "predict_linear": _predict,
    "double_exponential_smoothing": _smoothed,
}
