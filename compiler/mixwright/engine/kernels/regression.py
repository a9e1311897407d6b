"""Straight lines and smoothed trends through windows, plain and sliding."""

from __future__ import annotations

import math

import numpy as np

from mixwright.engine.kernels import kernel
from mixwright.engine.kernels.compensated import CLOSE, SLIDE_FROM, add, slide
from mixwright.frame import Index, Mask, Times, Values

_CANCELLED = 2.0**-12
"""Least share of the squares about an origin that must be left of those about the mean."""
_HUGE = 1e290


@kernel
def line(
    times: Times, time: int, values: Values, base: int, begin: int, end: int, origin: int
) -> tuple[float, float]:
    """Slope per second, and value at `origin` (ms), of the least-squares line (`linearRegression`)."""
    count = x_sum = x_rest = y_sum = y_rest = xy_sum = xy_rest = xx_sum = xx_rest = 0.0
    start = values[base + begin]
    constant = True
    for position in range(begin, end):
        y = values[base + position]
        if position > begin and y != start:
            constant = False
        count += 1
        x = (times[time + position] - origin) / 1e3
        x_sum, x_rest = add(x, x_sum, x_rest)
        y_sum, y_rest = add(y, y_sum, y_rest)
        xy_sum, xy_rest = add(x * y, xy_sum, xy_rest)
        xx_sum, xx_rest = add(x * x, xx_sum, xx_rest)
    if constant:
        if math.isinf(start):
            return math.nan, math.nan
        return 0.0, start
    x_sum += x_rest
    y_sum += y_rest
    xy_sum += xy_rest
    xx_sum += xx_rest
    slope = (xy_sum - x_sum * y_sum / count) / (xx_sum - x_sum * x_sum / count)
    return slope, y_sum / count - slope * x_sum / count


@kernel
def plain(
    first: int,
    last: int,
    clock_starts: Index,
    times: Times,
    clock: Index,
    starts: Index,
    values: Values,
    lo: Index,
    hi: Index,
    at: Times,
    ahead: Values,
    predict: bool,
    out: Values,
    present: Mask,
) -> None:
    """`deriv`, or `predict_linear`: the line's value `ahead` seconds after the evaluation time `at`."""
    for row in range(first, last):
        here, base, time = clock[row], starts[row], clock_starts[clock[row]]
        for step in range(lo.shape[1]):
            begin, end = lo[here, step], hi[here, step]
            if end - begin < 2:
                continue
            origin = at[step] if predict else times[time + begin]
            slope, value = line(times, time, values, base, begin, end, origin)
            out[row, step] = slope * ahead[step] + value if predict else slope
            present[row, step] = True


@kernel
def _centred(
    count: float, x0: float, y0: float, sums: Values
) -> tuple[float, float, float, float, float, bool]:
    """Means of x and y, and their squares and product about the means, from sums about (x0, y0).

    `sums` holds those of x, y, xy, xx and yy, each with what rounding has left out of it. Last:
    whether the origin was so far from the values that the digits of the differences are gone.
    """
    sx, sy = sums[0] + sums[1], sums[2] + sums[3]
    xx = (sums[6] + sums[7]) - sx * sx / count
    xy = (sums[4] + sums[5]) - sx * sy / count
    square = sums[8] + sums[9]
    yy = square - sy * sy / count
    lost = yy < square * _CANCELLED or not square < _HUGE
    return x0 + sx / count, y0 + sy / count, xx, xy, yy, lost


@kernel
def _clear(sums: Values) -> None:
    for number in range(10):
        sums[number] = 0.0


@kernel
def _add(sums: Values, x: float, y: float) -> None:
    sums[0], sums[1] = slide(x, sums[0], sums[1])
    sums[2], sums[3] = slide(y, sums[2], sums[3])
    sums[4], sums[5] = slide(x * y, sums[4], sums[5])
    sums[6], sums[7] = slide(x * x, sums[6], sums[7])
    sums[8], sums[9] = slide(y * y, sums[8], sums[9])


@kernel
def sliding(
    first: int,
    last: int,
    clock_starts: Index,
    times: Times,
    clock: Index,
    starts: Index,
    values: Values,
    lo: Index,
    middle: Index,
    hi: Index,
    longest: int,
    at: Times,
    ahead: Values,
    predict: bool,
    out: Values,
    present: Mask,
    slack: Values,
) -> None:
    """The same from the sums of the two parts of each window, each about its sample at the border."""
    parts, sums = np.empty((longest, 10)), np.empty(10)
    for row in range(first, last):
        here, base, time = clock[row], starts[row], clock_starts[clock[row]]
        border = right = same_since = odd_before = odd_behind = scanned = -1
        for step in range(lo.shape[1]):
            begin, cut, end = lo[here, step], middle[here, step], hi[here, step]
            size = end - begin
            if size < 2:
                continue
            present[row, step] = True
            origin = at[step] if predict else times[time + begin]
            if size < SLIDE_FROM:
                slope, value = line(times, time, values, base, begin, end, origin)
                out[row, step] = slope * ahead[step] + value if predict else slope
                continue
            scanned = max(scanned, begin)
            while scanned < end:
                if scanned > 0 and values[base + scanned] != values[base + scanned - 1]:
                    same_since = scanned
                scanned += 1
            if cut != border:
                border = right = cut
                odd_before = odd_behind = -1
                _clear(sums)
                for position in range(cut - 1, begin - 1, -1):
                    x = (times[time + position] - times[time + cut - 1]) / 1e3
                    y = values[base + position] - values[base + cut - 1]
                    if not math.isfinite(values[base + position]):
                        odd_before = max(odd_before, position)
                        y = 0.0
                    _add(sums, x, y)
                    for number in range(10):
                        parts[cut - 1 - position, number] = sums[number]
                _clear(sums)
            while right < end:
                if math.isfinite(values[base + right]):
                    x = (times[time + right] - times[time + cut]) / 1e3
                    _add(sums, x, values[base + right] - values[base + cut])
                else:
                    odd_behind = right
                right += 1
            if odd_behind >= 0 or odd_before >= begin:
                out[row, step] = math.nan
                continue
            if same_since <= begin:
                out[row, step] = values[base + begin] if predict else 0.0
                continue
            # Times count from the border, in seconds: they stay small.
            near = times[time + min(cut, end - 1)]
            behind, before = float(end - cut), float(cut - begin)
            x_mean = y_mean = xx = xy = yy = 0.0
            lost = False
            if behind > 0:
                x_mean, y_mean, xx, xy, yy, lost = _centred(behind, 0.0, values[base + cut], sums)
            if before > 0:
                x0 = (times[time + cut - 1] - near) / 1e3
                x_old, y_old, xx_old, xy_old, yy_old, lost_old = _centred(
                    before, x0, values[base + cut - 1], parts[cut - 1 - begin]
                )
                lost = lost or lost_old
                share = before * behind / size
                xx += xx_old + (x_old - x_mean) * (x_old - x_mean) * share
                xy += xy_old + (x_old - x_mean) * (y_old - y_mean) * share
                yy += yy_old + (y_old - y_mean) * (y_old - y_mean) * share
                x_mean += (x_old - x_mean) * (before / size)
                y_mean += (y_old - y_mean) * (before / size)
            if lost:
                slope, value = line(times, time, values, base, begin, end, origin)
                out[row, step] = slope * ahead[step] + value if predict else slope
                continue
            slope = xy / xx
            # The plain kernel's sums are about zero: they round the level, not the differences.
            length = (times[time + end - 1] - times[time + begin]) / 1e3
            level = abs(y_mean) + math.sqrt(yy)
            if predict:
                distance = (at[step] - near) / 1e3 - x_mean
                out[row, step] = slope * ahead[step] + (y_mean + slope * distance)
                if slack.size:
                    reach = (abs(ahead[step]) + abs(distance)) / length + 1
                    slack[row, step] = CLOSE * level * reach
            else:
                out[row, step] = slope
                if slack.size:
                    slack[row, step] = CLOSE * level / length


@kernel
def smoothed(
    first: int,
    last: int,
    clock: Index,
    starts: Index,
    values: Values,
    lo: Index,
    hi: Index,
    level: Values,
    trend: Values,
    out: Values,
    present: Mask,
) -> None:
    """`double_exponential_smoothing` with factors per step."""
    for row in range(first, last):
        here, base = clock[row], starts[row]
        for step in range(lo.shape[1]):
            begin, end = base + lo[here, step], base + hi[here, step]
            if end - begin < 2:
                continue
            before, now = 0.0, values[begin]
            slope = values[begin + 1] - values[begin]
            for position in range(begin + 1, end):
                if position > begin + 1:
                    slope = trend[step] * (now - before) + (1 - trend[step]) * slope
                x = level[step] * values[position]
                y = (1 - level[step]) * (now + slope)
                before, now = now, x + y
            out[row, step] = now
            present[row, step] = True
