"""Quantiles and the median absolute deviation of windows: a tree of ranks that slides along.

The samples of a series are ranked once; a Fenwick tree counts which ranks are in the window, so
that a sample enters, leaves and is found by its order in O(log n).
"""

from __future__ import annotations

import math

import numpy as np

from mixwright.engine.kernels import kernel
from mixwright.frame import Index, Mask, Values


@kernel
def _count(tree: Index, rank: int, weight: int) -> None:
    place = rank + 1
    while place < tree.size:
        tree[place] += weight
        place += place & -place


@kernel
def _nth(tree: Index, top: int, number: int) -> int:
    """Return the rank of the sample with `number` smaller ones in the window."""
    place, step = 0, top
    while step > 0:
        beyond = place + step
        if beyond < tree.size and tree[beyond] <= number:
            place = beyond
            number -= tree[beyond]
        step >>= 1
    return place


@kernel
def _middle(tree: Index, top: int, ranked: Values, base: int, quantile: float, count: int) -> float:
    """Return the quantile, in [0, 1], of the `count` samples in the window."""
    rank = quantile * (count - 1)
    lower = max(0.0, math.floor(rank))
    upper = min(count - 1.0, lower + 1)
    weight = rank - math.floor(rank)
    below = ranked[base + _nth(tree, top, int(lower))]
    above = ranked[base + _nth(tree, top, int(upper))]
    result: float = below * (1 - weight) + above * weight
    return result


@kernel
def quantile(
    first: int,
    last: int,
    clock: Index,
    starts: Index,
    ranks: Index,
    ranked: Values,
    lo: Index,
    hi: Index,
    wanted: Values,
    out: Values,
    present: Mask,
) -> None:
    """`quantile_over_time`; `ranks` number the samples of a series by value, NaN first, in `ranked`."""
    for row in range(first, last):
        here, base = clock[row], starts[row]
        total = starts[row + 1] - base
        tree = np.zeros(total + 1, np.int64)
        top = 1
        while top * 2 <= total:
            top *= 2
        left = right = 0
        for step in range(lo.shape[1]):
            begin, end = lo[here, step], hi[here, step]
            if end <= begin:
                continue
            while right < end:
                _count(tree, ranks[base + right], 1)
                right += 1
            while left < begin:
                _count(tree, ranks[base + left], -1)
                left += 1
            present[row, step] = True
            q = wanted[step]
            if math.isnan(q):
                out[row, step] = math.nan
            elif q < 0 or q > 1:
                out[row, step] = -math.inf if q < 0 else math.inf
            else:
                out[row, step] = _middle(tree, top, ranked, base, q, end - begin)


@kernel
def _deviation(
    tree: Index,
    top: int,
    ranked: Values,
    base: int,
    median: float,
    below: int,
    count: int,
    number: int,
) -> float:
    """Return the deviation from the median with `number` smaller ones.

    `below` samples lie under the median; their deviations rise to the left, the others' to the right.
    """
    least = max(0, number + 1 - (count - below))
    most = min(below, number + 1)
    # How many of the `number + 1` smallest deviations lie below the median.
    while least < most:
        taken = (least + most) // 2
        other = number + 1 - taken
        left = median - ranked[base + _nth(tree, top, below - 1 - taken)]
        right = ranked[base + _nth(tree, top, below + other - 1)] - median
        if left < right:
            least = taken + 1
        else:
            most = taken
    result = -math.inf
    if least > 0:
        result = median - ranked[base + _nth(tree, top, below - least)]
    if number + 1 - least > 0:
        last = ranked[base + _nth(tree, top, below + number - least)] - median
        result = max(result, last)
    return abs(result)


@kernel
def deviation(
    first: int,
    last: int,
    clock: Index,
    starts: Index,
    ranks: Index,
    ranked: Values,
    lo: Index,
    hi: Index,
    out: Values,
    present: Mask,
) -> None:
    """`mad_over_time`: the median of the distances to the median; NaN when any sample is."""
    for row in range(first, last):
        here, base = clock[row], starts[row]
        total = starts[row + 1] - base
        tree = np.zeros(total + 1, np.int64)
        top = 1
        while top * 2 <= total:
            top *= 2
        left = right = 0
        for step in range(lo.shape[1]):
            begin, end = lo[here, step], hi[here, step]
            if end <= begin:
                continue
            while right < end:
                _count(tree, ranks[base + right], 1)
                right += 1
            while left < begin:
                _count(tree, ranks[base + left], -1)
                left += 1
            present[row, step] = True
            count = end - begin
            median = _middle(tree, top, ranked, base, 0.5, count)
            if math.isnan(ranked[base + _nth(tree, top, 0)]) or not math.isfinite(median):
                out[row, step] = math.nan
                continue
            least, most = 0, count
            while least < most:
                half = (least + most) // 2
                if ranked[base + _nth(tree, top, half)] < median:
                    least = half + 1
                else:
                    most = half
            rank = 0.5 * (count - 1)
            lower = math.floor(rank)
            weight = rank - lower
            small = _deviation(tree, top, ranked, base, median, least, count, int(lower))
            large = _deviation(
                tree, top, ranked, base, median, least, count, min(count - 1, int(lower) + 1)
            )
            out[row, step] = small * (1 - weight) + large * weight
