"""Aggregation of rows into groups, step by step, in the order of the rows.

Kernels work on the steps `first ≤ step < last`, so that threads can share them out; `group` says
where each row belongs, and `out` and `seen` have shape (groups, steps).
"""

from __future__ import annotations

import math

import numpy as np

from mixwright.engine.kernels import kernel
from mixwright.engine.kernels.compensated import add
from mixwright.frame import Index, Mask, Values


@kernel
def sums(
    first: int,
    last: int,
    group: Index,
    values: Values,
    present: Mask,
    rest: Values,
    out: Values,
    seen: Mask,
) -> None:
    """Kahan-Neumaier sums; `rest` is scratch space of zeros, as large as `out`."""
    for row in range(group.size):
        to = group[row]
        for step in range(first, last):
            if present[row, step]:
                if seen[to, step]:
                    out[to, step], rest[to, step] = add(
                        values[row, step], out[to, step], rest[to, step]
                    )
                else:
                    out[to, step] = values[row, step]
                    seen[to, step] = True
    for to in range(out.shape[0]):
        for step in range(first, last):
            out[to, step] += rest[to, step]


@kernel
def averages(
    first: int,
    last: int,
    group: Index,
    values: Values,
    present: Mask,
    rest: Values,
    counts: Values,
    running: Mask,
    out: Values,
    seen: Mask,
) -> None:
    """Averages: sums, or running means where a sum overflows; the other arrays are zeroed scratch."""
    for row in range(group.size):
        to = group[row]
        for step in range(first, last):
            if not present[row, step]:
                continue
            value = values[row, step]
            counts[to, step] += 1
            count = counts[to, step]
            if not seen[to, step]:
                out[to, step] = value
                seen[to, step] = True
                continue
            if not running[to, step]:
                total, left = add(value, out[to, step], rest[to, step])
                if not math.isinf(total):
                    out[to, step], rest[to, step] = total, left
                    continue
                running[to, step] = True
                out[to, step] /= count - 1
                rest[to, step] /= count - 1
            share = (count - 1) / count
            out[to, step], rest[to, step] = add(
                value / count, share * out[to, step], share * rest[to, step]
            )
    for to in range(out.shape[0]):
        for step in range(first, last):
            if running[to, step]:
                out[to, step] += rest[to, step]
            else:
                count = counts[to, step]
                out[to, step] = out[to, step] / count + rest[to, step] / count


@kernel
def extremes(
    first: int,
    last: int,
    group: Index,
    values: Values,
    present: Mask,
    sign: float,
    out: Values,
    seen: Mask,
) -> None:
    """Maxima (`sign` 1) or minima (-1); NaN only when all values are."""
    for row in range(group.size):
        to = group[row]
        for step in range(first, last):
            if present[row, step]:
                value = values[row, step]
                best = out[to, step]
                if not seen[to, step] or sign * best < sign * value or math.isnan(best):
                    out[to, step] = value
                    seen[to, step] = True


@kernel
def counts(
    first: int, last: int, group: Index, present: Mask, ones: bool, out: Values, seen: Mask
) -> None:
    """How many rows are present, or with `ones` that any is."""
    for row in range(group.size):
        to = group[row]
        for step in range(first, last):
            if present[row, step]:
                out[to, step] = 1.0 if ones else out[to, step] + 1
                seen[to, step] = True


@kernel
def spread(
    first: int,
    last: int,
    group: Index,
    values: Values,
    present: Mask,
    root: bool,
    size: Values,
    mean: Values,
    out: Values,
    seen: Mask,
) -> None:
    """Variance or standard deviation by Welford's method; `size` and `mean` are zeroed scratch."""
    for row in range(group.size):
        to = group[row]
        for step in range(first, last):
            if not present[row, step]:
                continue
            value = values[row, step]
            size[to, step] += 1
            if not seen[to, step]:
                mean[to, step] = value
                out[to, step] = 0.0 if math.isfinite(value) else math.nan
                seen[to, step] = True
                continue
            delta = value - mean[to, step]
            mean[to, step] += delta / size[to, step]
            out[to, step] += delta * (value - mean[to, step])
    for to in range(out.shape[0]):
        for step in range(first, last):
            variance = out[to, step] / size[to, step]
            out[to, step] = math.sqrt(variance) if root else variance


@kernel
def _above(values: Values, step: int, sign: float, one: int, other: int) -> bool:
    """The order of Go's `vectorByValueHeap`: NaN is below everything."""
    return math.isnan(values[one, step]) or sign * values[one, step] < sign * values[other, step]


@kernel
def _sink(heap: Index, size: int, place: int, values: Values, step: int, sign: float) -> None:
    while True:
        child = 2 * place + 1
        if child >= size:
            return
        if child + 1 < size and _above(values, step, sign, heap[child + 1], heap[child]):
            child += 1
        if not _above(values, step, sign, heap[child], heap[place]):
            return
        heap[place], heap[child] = heap[child], heap[place]
        place = child


@kernel
def _rise(heap: Index, place: int, values: Values, step: int, sign: float) -> None:
    while place > 0:
        parent = (place - 1) // 2
        if not _above(values, step, sign, heap[place], heap[parent]):
            return
        heap[place], heap[parent] = heap[parent], heap[place]
        place = parent


@kernel
def top(
    first: int,
    last: int,
    rows: Index,
    borders: Index,
    values: Values,
    present: Mask,
    wanted: Index,
    sign: float,
    chosen: Mask,
) -> None:
    """Choose the `wanted[step]` largest (`sign` 1) or smallest (-1) rows of each group.

    The rows of group g are `rows[borders[g]:borders[g + 1]]`. Ties fall as in Go's heap.
    """
    heap = np.empty(rows.size, np.int64)
    for number in range(borders.size - 1):
        for step in range(first, last):
            size, most = 0, wanted[step]
            if most < 1:
                continue
            for place in range(borders[number], borders[number + 1]):
                row = rows[place]
                if not present[row, step]:
                    continue
                if size < most:
                    heap[size] = row
                    _rise(heap, size, values, step, sign)
                    size += 1
                    continue
                worst, value = values[heap[0], step], values[row, step]
                if sign * worst < sign * value or (math.isnan(worst) and not math.isnan(value)):
                    heap[0] = row
                    _sink(heap, size, 0, values, step, sign)
            for place in range(size):
                chosen[heap[place], step] = True
