"""Sum and average of windows: the plain kernels, and ones whose cost does not grow with the window."""

from __future__ import annotations

import math

from mixwright.engine.kernels import kernel
from mixwright.engine.kernels.compensated import add
from mixwright.frame import Index, Mask, Values

_CANCELLED = 2.0**-20
"""A sum so much smaller than what went into it is left to the plain kernel."""
_HUGE = 1e300


@kernel
def window_sum(values: Values, begin: int, end: int) -> float:
    """`sum_over_time` of `values[begin:end]`."""
    total = rest = 0.0
    for position in range(begin, end):
        total, rest = add(values[position], total, rest)
    return total if math.isinf(total) else total + rest


@kernel
def window_average(values: Values, begin: int, end: int) -> float:
    """`avg_over_time` of `values[begin:end]`: a sum, or a running mean where the sum overflows."""
    total, rest, mean, running = values[begin], 0.0, 0.0, False
    for position in range(begin + 1, end):
        count = position - begin + 1.0
        if not running:
            new, new_rest = add(values[position], total, rest)
            if not math.isinf(new):
                total, rest = new, new_rest
                continue
            running = True
            mean = total / (count - 1)
            rest /= count - 1
        share = (count - 1) / count
        mean, rest = add(values[position] / count, share * mean, share * rest)
    if not running:
        mean = total / (end - begin)
        rest /= end - begin
    return mean + rest


@kernel
def plain(
    first: int,
    last: int,
    clock: Index,
    starts: Index,
    values: Values,
    lo: Index,
    hi: Index,
    average: bool,
    out: Values,
    present: Mask,
) -> None:
    """Sum or average, each window on its own."""
    for row in range(first, last):
        here, base = clock[row], starts[row]
        for step in range(lo.shape[1]):
            begin, end = base + lo[here, step], base + hi[here, step]
            if end > begin:
                if average:
                    out[row, step] = window_average(values, begin, end)
                else:
                    out[row, step] = window_sum(values, begin, end)
                present[row, step] = True


@kernel
def sliding(
    first: int,
    last: int,
    clock: Index,
    starts: Index,
    values: Values,
    lo: Index,
    hi: Index,
    average: bool,
    out: Values,
    present: Mask,
) -> None:
    """Sum or average, from the samples that enter and leave; compensated, re-summed after cancellation."""
    for row in range(first, last):
        here, base = clock[row], starts[row]
        left = right = base
        total = rest = peak = 0.0
        nans = rises = falls = 0
        exact = True
        for step in range(lo.shape[1]):
            begin, end = base + lo[here, step], base + hi[here, step]
            if end <= begin:
                continue
            while right < end or left < begin:
                enters = right < end
                value = values[right] if enters else values[left]
                weight = 1 if enters else -1
                if enters:
                    right += 1
                else:
                    left += 1
                if math.isnan(value):
                    nans += weight
                elif math.isinf(value):
                    if value > 0:
                        rises += weight
                    else:
                        falls += weight
                else:
                    value *= weight
                    new = total + value
                    part = new - total
                    error = (total - (new - part)) + (value - part)
                    total = new
                    rest += error
                    exact = exact and error == 0
                    peak = max(peak, abs(value), abs(new))
            present[row, step] = True
            if nans or (rises and falls):
                out[row, step] = math.nan
            elif rises or falls:
                out[row, step] = math.inf if rises else -math.inf
            elif peak > _HUGE or (not exact and abs(total + rest) < peak * _CANCELLED):
                total = rest = peak = 0.0
                exact = True
                for position in range(begin, end):
                    total, rest = add(values[position], total, rest)
                    exact = exact and rest == 0
                    peak = max(peak, abs(values[position]), abs(total))
                if average:
                    out[row, step] = window_average(values, begin, end)
                else:
                    out[row, step] = window_sum(values, begin, end)
            elif average:
                out[row, step] = total / (end - begin) + rest / (end - begin)
            else:
                out[row, step] = total + rest
