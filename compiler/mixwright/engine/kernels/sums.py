"""Sum and average of windows: the plain kernels, and ones whose cost does not grow with the window."""

from __future__ import annotations

import math

import numpy as np

from mixwright.engine.kernels import kernel
from mixwright.engine.kernels.compensated import CLOSE, SLIDE_FROM, add, magnitude, slide
from mixwright.frame import Index, Mask, Values

_CANCELLED = 2.0**-30
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
    middle: Index,
    hi: Index,
    longest: int,
    average: bool,
    out: Values,
    present: Mask,
    slack: Values,
) -> None:
    """Sum or average from the sums of the two parts of each window, which its neighbours share."""
    totals, rests, peaks = np.empty(longest), np.empty(longest), np.empty(longest)
    for row in range(first, last):
        here, base = clock[row], starts[row]
        border = right = -1
        total = rest = peak = 0.0
        for step in range(lo.shape[1]):
            begin, cut, end = lo[here, step], middle[here, step], hi[here, step]
            size = end - begin
            if size <= 0:
                continue
            present[row, step] = True
            plain = size < SLIDE_FROM
            if not plain:
                if cut != border:
                    border = right = cut
                    total = rest = peak = 0.0
                    for position in range(cut - 1, begin - 1, -1):
                        value = values[base + position]
                        total, rest = slide(value, total, rest)
                        peak = max(peak, magnitude(value))
                        place = cut - 1 - position
                        totals[place], rests[place], peaks[place] = total, rest, peak
                    total = rest = peak = 0.0
                while right < end:
                    value = values[base + right]
                    total, rest = slide(value, total, rest)
                    peak = max(peak, magnitude(value))
                    right += 1
                both, left, most = total, rest, peak
                if cut > begin:
                    place = cut - 1 - begin
                    both, left = slide(totals[place], total, rest + rests[place])
                    most = max(peak, peaks[place])
                plain = most * size > _HUGE or (left != 0 and abs(both + left) < most * _CANCELLED)
                if not plain:
                    if not math.isfinite(both):
                        out[row, step] = both
                    elif average:
                        out[row, step] = both / size + left / size
                    else:
                        out[row, step] = both + left
                    if slack.size and left != 0:
                        slack[row, step] = CLOSE * abs(out[row, step])
            if plain and average:
                out[row, step] = window_average(values, base + begin, base + end)
            elif plain:
                out[row, step] = window_sum(values, base + begin, base + end)
