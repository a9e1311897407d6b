"""`quantile_over_time` and `mad_over_time`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from mixwright.engine import notices
from mixwright.engine.functions import WindowCall, WindowFunction
from mixwright.engine.kernels import run_rows
from mixwright.frame import Index, Samples, Values


def _ranked(samples: Samples) -> tuple[Index, Values]:
    """Return each sample's rank within its series, NaN first, and the values in that order."""
    ranks = np.empty(samples.sample_count, np.int64)
    ranked = np.empty(samples.sample_count)
    for row in range(len(samples)):
        piece = slice(samples.starts[row], samples.starts[row + 1])
        values = samples.values[piece]
        order = np.argsort(values, kind="stable")
        order = np.roll(order, int(np.isnan(values).sum()))
        ranked[piece] = values[order]
        ranks[piece][order] = np.arange(len(order))
    return ranks, ranked


def _quantile(call: WindowCall) -> Iterator[str]:
    from mixwright.engine.kernels.order import quantile

    seen = call.windows
    some = seen.samples
    (wanted,) = call.scalars
    run_rows(
        quantile, len(some), call.cost,
        some.clock, some.starts, *_ranked(some), seen.lo, seen.hi, wanted, call.out, call.present,
    )  # fmt: skip
    used = call.present.any(axis=0)
    yield from notices.odd_quantiles(wanted[used])


def _deviation(call: WindowCall) -> None:
    from mixwright.engine.kernels.order import deviation

    seen = call.windows
    some = seen.samples
    run_rows(
        deviation, len(some), call.cost,
        some.clock, some.starts, *_ranked(some), seen.lo, seen.hi, call.out, call.present,
    )  # fmt: skip


WINDOWS: Final[dict[str, WindowFunction]] = {
    "quantile_over_time": _quantile,
    "mad_over_time": _deviation,
}
