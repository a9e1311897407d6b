"""Compensated addition, as Prometheus sums and as sliding windows need it.

A sliding kernel cuts each window at a multiple of its width (`lookup.borders`) and puts its value
together from the two parts: one grows with the steps, the other was summed up backwards once for all
of them. Nothing is ever taken out of a sum again, and what a window yields follows from its own
samples alone: not from where the evaluation began, nor from how it was cut into shards.
"""

from __future__ import annotations

import math

from mixwright.engine.kernels import kernel

SLIDE_FROM = 16
"""Windows of fewer samples are cheaper one by one."""
CLOSE = 1e-12
"""Relative difference to the plain kernel that a sliding one may have."""


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


@kernel
def magnitude(value: float) -> float:
    """Absolute value of a finite number, 0 for others."""
    return abs(value) if math.isfinite(value) else 0.0
