"""Straight lines and smoothed trends through windows, plain and sliding."""

from __future__ import annotations

import math

from mixwright.engine.kernels import kernel
from mixwright.engine.kernels.compensated import add, slide
from mixwright.frame import Index, Mask, Times, Values

_FAR = 0.98
"""Share of the squares that may be due to an origin away from the mean before it is moved."""
_CANCELLED = 1e-4


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
def sliding(
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
    """The same from sums about an origin that moves along, renewed once per window length."""
    for row in range(first, last):
        here, base, time = clock[row], starts[row], clock_starts[clock[row]]
        left = right = same_since = odd = moved = 0
        x0, y0 = times[time], 0.0
        x_sum = x_rest = y_sum = y_rest = xy_sum = xy_rest = xx_sum = xx_rest = 0.0
        yy_sum = yy_rest = peak = 0.0
        for step in range(lo.shape[1]):
            begin, end = lo[here, step], hi[here, step]
            if end - begin < 2:
                continue
            while right < end or left < begin:
                enters = right < end
                position = right if enters else left
                value = values[base + position]
                if enters:
                    if right > 0 and value != values[base + right - 1]:
                        same_since = right
                    right += 1
                else:
                    left += 1
                moved += 1
                if not math.isfinite(value):
                    odd += 1 if enters else -1
                    continue
                weight = 1.0 if enters else -1.0
                x, y = (times[time + position] - x0) / 1e3, value - y0
                x_sum, x_rest = slide(weight * x, x_sum, x_rest)
                y_sum, y_rest = slide(weight * y, y_sum, y_rest)
                xy_sum, xy_rest = slide(weight * (x * y), xy_sum, xy_rest)
                xx_sum, xx_rest = slide(weight * (x * x), xx_sum, xx_rest)
                yy_sum, yy_rest = slide(weight * (y * y), yy_sum, yy_rest)
                peak = max(peak, yy_sum)
            present[row, step] = True
            if odd:
                out[row, step] = math.nan
                continue
            if same_since <= begin:
                out[row, step] = values[base + begin] if predict else 0.0
                continue
            count = float(end - begin)
            away = (y_sum + y_rest) * (y_sum + y_rest) / count
            square = yy_sum + yy_rest
            if (
                moved > 4 * (end - begin)
                or not (away <= _FAR * square)
                or square < _CANCELLED * peak
            ):
                x0, y0 = times[time + begin], 0.0
                for position in range(begin, end):
                    y0 += values[base + position] / count
                x_sum = x_rest = y_sum = y_rest = xy_sum = xy_rest = xx_sum = xx_rest = 0.0
                yy_sum = yy_rest = 0.0
                for position in range(begin, end):
                    x, y = (times[time + position] - x0) / 1e3, values[base + position] - y0
                    x_sum, x_rest = slide(x, x_sum, x_rest)
                    y_sum, y_rest = slide(y, y_sum, y_rest)
                    xy_sum, xy_rest = slide(x * y, xy_sum, xy_rest)
                    xx_sum, xx_rest = slide(x * x, xx_sum, xx_rest)
                    yy_sum, yy_rest = slide(y * y, yy_sum, yy_rest)
                peak, moved = yy_sum, 0
            if not peak < 1e290:
                origin = at[step] if predict else times[time + begin]
                slope, value = line(times, time, values, base, begin, end, origin)
                out[row, step] = slope * ahead[step] + value if predict else slope
                continue
            sx, sy = x_sum + x_rest, y_sum + y_rest
            covariance = (xy_sum + xy_rest) - sx * sy / count
            slope = covariance / ((xx_sum + xx_rest) - sx * sx / count)
            if predict:
                distance = (at[step] - x0) / 1e3 - sx / count
                value = (y0 + sy / count) + slope * distance
                out[row, step] = slope * ahead[step] + value
            else:
                out[row, step] = slope


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
