"""Quantiles and fractions of classic histograms, whose buckets are rows.

Source: `BucketQuantile`, `BucketFraction` and `ensureMonotonicAndIgnoreSmallDeltas` of Prometheus'
`promql/quantile.go`. The rows of histogram g are `rows[borders[g]:borders[g + 1]]`, by rising bound.
"""

from __future__ import annotations

import math

from mixwright.engine.kernels import kernel
from mixwright.frame import Index, Mask, Values

_TOLERANCE = 1e-12
_TINY = 2.2250738585072014e-308
_LARGEST = 1.7976931348623157e308


@kernel
def _nearly(a: float, b: float) -> bool:
    """`almost.Equal` of Prometheus, for numbers that are not equal and not NaN."""
    total, difference = abs(a) + abs(b), abs(a - b)
    if a == 0 or b == 0 or total < _TINY:
        return difference < _TOLERANCE * _TINY
    return difference / min(total, _LARGEST) < _TOLERANCE


@kernel
def gather(
    begin: int,
    end: int,
    rows: Index,
    uppers: Values,
    values: Values,
    present: Mask,
    step: int,
    bounds: Values,
    counts: Values,
) -> int:
    """Collect the buckets present at a step, equal bounds added up; return how many there are."""
    size = 0
    for place in range(begin, end):
        row = rows[place]
        if not present[row, step]:
            continue
        if size > 0 and bounds[size - 1] == uppers[place]:
            counts[size - 1] += values[row, step]
        else:
            bounds[size], counts[size] = uppers[place], values[row, step]
            size += 1
    return size


@kernel
def quantiles(
    first: int,
    last: int,
    rows: Index,
    borders: Index,
    uppers: Values,
    values: Values,
    present: Mask,
    wanted: Values,
    scratch: Values,
    out: Values,
    seen: Mask,
    forced: Mask,
) -> None:
    """`histogram_quantile` of the histograms `first ≤ g < last`; `scratch` has shape (2, all buckets).

    `forced` says where counts had to be made monotonic.
    """
    for number in range(first, last):
        begin, end = borders[number], borders[number + 1]
        bounds, counts = scratch[0, begin:end], scratch[1, begin:end]
        for step in range(out.shape[1]):
            size = gather(begin, end, rows, uppers, values, present, step, bounds, counts)
            if size == 0:
                continue
            seen[number, step] = True
            q = wanted[step]
            if math.isnan(q):
                out[number, step] = math.nan
                continue
            if q < 0 or q > 1:
                out[number, step] = -math.inf if q < 0 else math.inf
                continue
            if bounds[size - 1] != math.inf:
                out[number, step] = math.nan
                continue
            before = counts[0]
            for bucket in range(1, size):
                now = counts[bucket]
                if now == before:
                    continue
                if _nearly(before, now):
                    counts[bucket] = before
                elif now < before:
                    counts[bucket] = before
                    forced[number, step] = True
                else:
                    before = now
            if size < 2 or counts[size - 1] == 0:
                out[number, step] = math.nan
                continue
            rank = q * counts[size - 1]
            low, high = 0, size - 1
            while low < high:
                middle = (low + high) // 2
                if counts[middle] >= rank:
                    high = middle
                else:
                    low = middle + 1
            if low == size - 1:
                out[number, step] = bounds[size - 2]
            elif low == 0 and bounds[0] <= 0:
                out[number, step] = bounds[0]
            else:
                lower, count = 0.0, counts[low]
                if low > 0:
                    lower = bounds[low - 1]
                    count -= counts[low - 1]
                    rank -= counts[low - 1]
                out[number, step] = lower + (bounds[low] - lower) * (rank / count)


@kernel
def _below(limit: float, bounds: Values, counts: Values, size: int) -> float:
    """Return how many observations lie below `limit`."""
    lower = 0.0 if bounds[0] > 0 else -math.inf
    rank = 0.0
    for bucket in range(size):
        if bucket > 0:
            lower = bounds[bucket - 1]
        if lower >= limit:
            break
        if bounds[bucket] > limit:
            if lower == -math.inf:
                rank = counts[bucket]
            else:
                rank += (counts[bucket] - rank) * (limit - lower) / (bounds[bucket] - lower)
            break
        rank = counts[bucket]
    return rank


@kernel
def fractions(
    first: int,
    last: int,
    rows: Index,
    borders: Index,
    uppers: Values,
    values: Values,
    present: Mask,
    lowest: Values,
    highest: Values,
    scratch: Values,
    out: Values,
    seen: Mask,
) -> None:
    """`histogram_fraction` of the histograms `first ≤ g < last`."""
    for number in range(first, last):
        begin, end = borders[number], borders[number + 1]
        bounds, counts = scratch[0, begin:end], scratch[1, begin:end]
        for step in range(out.shape[1]):
            size = gather(begin, end, rows, uppers, values, present, step, bounds, counts)
            if size == 0:
                continue
            seen[number, step] = True
            low, high, total = lowest[step], highest[step], counts[size - 1]
            if bounds[size - 1] != math.inf or total == 0 or math.isnan(low) or math.isnan(high):
                out[number, step] = math.nan
            elif low >= high:
                out[number, step] = 0.0
            else:
                above = min(_below(high, bounds, counts, size), total)
                out[number, step] = (above - min(_below(low, bounds, counts, size), total)) / total
