"""Compensated addition, as Prometheus sums and as sliding windows need it."""

from __future__ import annotations

import math

from mixwright.engine.kernels import kernel


@kernel
def add(increment: float, total: float, rest: float) -> tuple[float, float]:
    """Kahan-Neumaier addition (`kahansum.Inc`): the new total and what rounding has left out of it."""
    new = total + increment
    if math.isinf(new):
        rest = 0.0
    elif abs(total) >= abs(increment):
        rest += (total - new) + increment
    else:
        rest += (increment - new) + total
    return new, rest


@kernel
def slide(increment: float, total: float, rest: float) -> tuple[float, float]:
    """The same without branches, for finite numbers: Knuth's sum, exact in `total + rest`."""
    new = total + increment
    part = new - total
    return new, rest + ((total - (new - part)) + (increment - part))
