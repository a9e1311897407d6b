"""Variance and standard deviation of windows, plain and sliding."""

from __future__ import annotations

import math

import numpy as np

from mixwright.engine.kernels import kernel
from mixwright.engine.kernels.compensated import CLOSE, SLIDE_FROM, add, slide
from mixwright.frame import Index, Mask, Values

_CANCELLED = 2.0**-12
"""Least share of the squares about an origin that must be left of those about the mean."""
_HUGE = 1e290
_ROUNDING = 1e-15
_ILL = 1e-12
"""Below this variance, relative to the squared mean, plain and sliding are rounding only: use plain."""


@kernel
def window_variance(values: Values, begin: int, end: int) -> float:
    """`stdvar_over_time` of `values[begin:end]` (`varianceOverTime`)."""
    count = mean = mean_rest = squares = squares_rest = 0.0
    for position in range(begin, end):
        value = values[position]
        count += 1
        delta = value - (mean + mean_rest)
        mean, mean_rest = add(delta / count, mean, mean_rest)
        squares, squares_rest = add(delta * (value - (mean + mean_rest)), squares, squares_rest)
    return (squares + squares_rest) / count


@kernel
def plain(
    first: int,
    last: int,
    clock: Index,
    starts: Index,
    values: Values,
    lo: Index,
    hi: Index,
    root: bool,
    out: Values,
    present: Mask,
) -> None:
    """Variance, or with `root` standard deviation, each window on its own."""
    for row in range(first, last):
        here, base = clock[row], starts[row]
        for step in range(lo.shape[1]):
            begin, end = base + lo[here, step], base + hi[here, step]
            if end > begin:
                variance = window_variance(values, begin, end)
                out[row, step] = math.sqrt(variance) if root else variance
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
    root: bool,
    out: Values,
    present: Mask,
    slack: Values,
) -> None:
    """Variance from sums of differences to an origin in each of the two parts of a window.

    The parts' means and squares are put together as by Chan, Golub and LeVeque (1983).
    """
    parts = np.empty((4, longest))
    for row in range(first, last):
        here, base = clock[row], starts[row]
        border = right = same_since = odd_before = odd_behind = -1
        scanned = -1
        origin = sums = sums_rest = squares = squares_rest = 0.0
        for step in range(lo.shape[1]):
            begin, cut, end = lo[here, step], middle[here, step], hi[here, step]
            size = end - begin
            if size <= 0:
                continue
            present[row, step] = True
            if size < SLIDE_FROM:
                variance = window_variance(values, base + begin, base + end)
                out[row, step] = math.sqrt(variance) if root else variance
                continue
            scanned = max(scanned, begin)
            while scanned < end:
                if scanned > 0 and values[base + scanned] != values[base + scanned - 1]:
                    same_since = scanned
                scanned += 1
            if cut != border:
                border = right = cut
                odd_before = odd_behind = -1
                sums = sums_rest = squares = squares_rest = 0.0
                for position in range(cut - 1, begin - 1, -1):
                    value = values[base + position]
                    place = cut - 1 - position
                    if not math.isfinite(value):
                        odd_before = max(odd_before, position)
                        value = values[base + cut - 1]
                    delta = value - values[base + cut - 1]
                    sums, sums_rest = slide(delta, sums, sums_rest)
                    squares, squares_rest = slide(delta * delta, squares, squares_rest)
                    parts[0, place], parts[1, place] = sums, sums_rest
                    parts[2, place], parts[3, place] = squares, squares_rest
                origin = values[base + min(cut, end - 1)]
                sums = sums_rest = squares = squares_rest = 0.0
            while right < end:
                value = values[base + right]
                if right == border:
                    origin = value
                if math.isfinite(value):
                    delta = value - origin
                    sums, sums_rest = slide(delta, sums, sums_rest)
                    squares, squares_rest = slide(delta * delta, squares, squares_rest)
                else:
                    odd_behind = right
                right += 1
            if odd_behind >= 0 or odd_before >= begin:
                out[row, step] = math.nan
                continue
            if same_since <= begin:
                out[row, step] = 0.0
                continue
            behind, before = float(end - cut), float(cut - begin)
            mean = around = away = square = 0.0
            lost = False
            if behind > 0:
                total, square = sums + sums_rest, squares + squares_rest
                mean, away = origin + total / behind, total * total / behind
                around = square - away
                lost = around < square * _CANCELLED or not square < _HUGE
            if before > 0:
                place = cut - 1 - begin
                total, square = (
                    parts[0, place] + parts[1, place],
                    parts[2, place] + parts[3, place],
                )
                older, away = values[base + cut - 1] + total / before, total * total / before
                lost = lost or square - away < square * _CANCELLED or not square < _HUGE
                apart = older - mean
                if behind > 0:
                    around += (square - away) + apart * apart * (before * behind / size)
                    mean += apart * (before / size)
                else:
                    around, mean = square - away, older
            variance = around / size
            if lost or not (variance > _ILL * mean * mean):
                variance = window_variance(values, base + begin, base + end)
            elif slack.size:
                # The plain kernel rounds each difference to the mean to the mean's own precision.
                relative = CLOSE + _ROUNDING * abs(mean) / math.sqrt(variance)
                slack[row, step] = relative * (math.sqrt(variance) if root else variance)
            out[row, step] = math.sqrt(variance) if root else variance
