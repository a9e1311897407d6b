"""Variance and standard deviation of windows, plain and sliding."""

from __future__ import annotations

import math

from mixwright.engine.kernels import kernel
from mixwright.engine.kernels.compensated import add, slide
from mixwright.frame import Index, Mask, Values

_FAR = 0.98
"""Share of the squares that may be due to an origin away from the mean before it is moved."""
_CANCELLED = 1e-4
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
    hi: Index,
    root: bool,
    out: Values,
    present: Mask,
) -> None:
    """Variance from sums of differences to a moving origin, re-summed when the origin is left behind."""
    for row in range(first, last):
        here, base = clock[row], starts[row]
        left = right = same_since = base
        origin = sums = sums_rest = squares = squares_rest = peak = 0.0
        odd = moved = 0
        for step in range(lo.shape[1]):
            begin, end = base + lo[here, step], base + hi[here, step]
            if end <= begin:
                continue
            while right < end or left < begin:
                enters = right < end
                value = values[right] if enters else values[left]
                if enters:
                    if right > base and value != values[right - 1]:
                        same_since = right
                    right += 1
                else:
                    left += 1
                moved += 1
                if not math.isfinite(value):
                    odd += 1 if enters else -1
                    continue
                delta = value - origin
                weight = 1.0 if enters else -1.0
                sums, sums_rest = slide(weight * delta, sums, sums_rest)
                squares, squares_rest = slide(weight * (delta * delta), squares, squares_rest)
                peak = max(peak, squares)
            present[row, step] = True
            count = float(end - begin)
            if odd:
                out[row, step] = math.nan
                continue
            if same_since <= begin:
                out[row, step] = 0.0
                continue
            total, square = sums + sums_rest, squares + squares_rest
            away = total * total / count
            if (
                moved > 4 * (end - begin)
                or not (away <= _FAR * square)
                or square < _CANCELLED * peak
                or peak > 1e290
            ):
                origin = 0.0
                for position in range(begin, end):
                    origin += values[position] / count
                sums = sums_rest = squares = squares_rest = 0.0
                for position in range(begin, end):
                    delta = values[position] - origin
                    sums, sums_rest = slide(delta, sums, sums_rest)
                    squares, squares_rest = slide(delta * delta, squares, squares_rest)
                peak, moved = squares, 0
                total, square = sums + sums_rest, squares + squares_rest
                away = total * total / count
            variance = (square - away) / count
            mean = origin + total / count
            if not (variance > _ILL * mean * mean) or peak > 1e290:
                variance = window_variance(values, begin, end)
            out[row, step] = math.sqrt(variance) if root else variance
