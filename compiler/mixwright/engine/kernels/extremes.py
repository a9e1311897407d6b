"""The smallest and the largest sample of windows, and when they were."""

from __future__ import annotations

import math

import numpy as np

from mixwright.engine.kernels import kernel
from mixwright.frame import Index, Mask, Times, Values


@kernel
def plain(
    first: int,
    last: int,
    clock: Index,
    starts: Index,
    values: Values,
    lo: Index,
    hi: Index,
    sign: float,
    out: Values,
    present: Mask,
) -> None:
    """Maximum (`sign` 1) or minimum (-1), each window on its own; NaN only when all samples are."""
    for row in range(first, last):
        here, base = clock[row], starts[row]
        for step in range(lo.shape[1]):
            begin, end = base + lo[here, step], base + hi[here, step]
            if end > begin:
                best = values[begin]
                for position in range(begin + 1, end):
                    value = values[position]
                    if sign * value > sign * best or math.isnan(best):
                        best = value
                out[row, step] = best
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
    sign: float,
    out: Values,
    present: Mask,
    _slack: Values,
) -> None:
    """The same from the extremes of the two parts of each window; of equal samples the older one."""
    bests = np.empty(longest)
    for row in range(first, last):
        here, base = clock[row], starts[row]
        border = right = -1
        best = math.nan
        for step in range(lo.shape[1]):
            begin, cut, end = lo[here, step], middle[here, step], hi[here, step]
            if end <= begin:
                continue
            if cut != border:
                border = right = cut
                best = math.nan
                for position in range(cut - 1, begin - 1, -1):
                    value = values[base + position]
                    if sign * value >= sign * best or math.isnan(best):
                        best = value
                    bests[cut - 1 - position] = best
                best = math.nan
            while right < end:
                value = values[base + right]
                if sign * value > sign * best or math.isnan(best):
                    best = value
                right += 1
            older = bests[cut - 1 - begin] if cut > begin else math.nan
            newer_wins = sign * best > sign * older or math.isnan(older)
            out[row, step] = best if newer_wins else older
            present[row, step] = True


@kernel
def stamps(
    first: int,
    last: int,
    clock_starts: Index,
    times: Times,
    clock: Index,
    starts: Index,
    values: Values,
    lo: Index,
    hi: Index,
    sign: float,
    out: Values,
    present: Mask,
) -> None:
    """The time in seconds of the last maximum (`sign` 1) or minimum (-1) of each window."""
    for row in range(first, last):
        here, base, time = clock[row], starts[row], clock_starts[clock[row]]
        for step in range(lo.shape[1]):
            begin, end = lo[here, step], hi[here, step]
            if end > begin:
                best, place = values[base + begin], begin
                for position in range(begin, end):
                    value = values[base + position]
                    if sign * value >= sign * best or math.isnan(best):
                        best, place = value, position
                out[row, step] = times[time + place] / 1000
                present[row, step] = True
