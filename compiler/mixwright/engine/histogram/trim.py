"""`</` and `>/`: a histogram cut off above or below a value.

Source: `TrimBuckets` of Prometheus' `model/histogram/float_histogram.go`.
"""

from __future__ import annotations

import math

import attrs

from mixwright.engine.histogram.statistics import fraction_below
from mixwright.frame.histogram import Bucket, Buckets, Histogram


@attrs.define
class _Kept:
    count: float = 0.0
    sum: float = 0.0
    changed: bool = False


def trimmed(histogram: Histogram, limit: float, *, upper: bool) -> Histogram:
    """Return the histogram without what lies above (`upper`) or below the limit, interpolated."""
    kept = _Kept()
    positive = _side(list(histogram.positive_buckets()), limit, kept, upper, True, histogram)
    negative = _side(list(histogram.negative_buckets()), limit, kept, upper, False, histogram)
    zero = histogram.zero_count
    if zero > 0:
        has_positive = any(histogram.positive.values())
        has_negative = any(histogram.negative.values())
        zero, middle = _zero(histogram, limit, has_negative, has_positive, upper)
        kept.changed |= zero != histogram.zero_count
        kept.sum += middle * zero
        kept.count += zero
    if not kept.changed:
        return histogram
    return attrs.evolve(
        histogram,
        count=kept.count,
        sum=kept.sum,
        zero_count=zero,
        positive=positive,
        negative=negative,
    ).compacted()


def _side(
    buckets: list[Bucket], limit: float, kept: _Kept, upper: bool, positive: bool, of: Histogram
) -> Buckets:
    result: Buckets = {}
    for bucket in buckets:
        if bucket.count == 0:
            result[bucket.index] = 0.0
            continue
        inside = bucket.upper <= limit if upper else bucket.lower >= limit
        touched = bucket.lower < limit if upper else bucket.upper > limit
        linear = of.has_custom_buckets
        if inside:
            count, middle = bucket.count, _middle(bucket.lower, bucket.upper, positive, linear)
        elif touched:
            count, middle = _cut(bucket, limit, upper, positive, linear)
        else:
            count, middle = 0.0, 0.0
        kept.changed |= count != bucket.count or not (inside or touched)
        kept.count += count
        kept.sum += middle * count
        result[bucket.index] = count
    return result


def _cut(
    bucket: Bucket, limit: float, upper: bool, positive: bool, linear: bool
) -> tuple[float, float]:
    if math.isinf(bucket.lower) or math.isinf(bucket.upper):
        return _cut_infinite(bucket, limit, upper)
    below = bucket.count * fraction_below(bucket, limit, linear=linear)
    if upper:
        return below, _middle(bucket.lower, limit, positive, linear)
    return bucket.count - below, _middle(limit, bucket.upper, positive, linear)


def _cut_infinite(bucket: Bucket, limit: float, upper: bool) -> tuple[float, float]:
    """Cut a bucket without end, of which nobody knows where its observations lie."""
    if bucket.lower == -math.inf:
        finite = not math.isinf(bucket.upper)
        if upper:
            if limit >= bucket.upper:
                return bucket.count, 0.0
            if limit > 0 and bucket.upper > 0 and finite:
                return bucket.count * limit / bucket.upper, limit / 2
            if bucket.upper <= 0:
                return bucket.count, limit
            return 0.0, 0.0
        if limit <= bucket.lower:
            return bucket.count, 0.0
        if limit >= 0 and bucket.upper > limit and finite:
            return bucket.count * (1 - limit / bucket.upper), (limit + bucket.upper) / 2
        return 0.0, 0.0
    if not upper and limit >= bucket.lower:
        return bucket.count, limit
    return 0.0, 0.0


def _zero(
    histogram: Histogram, limit: float, has_negative: bool, has_positive: bool, upper: bool
) -> tuple[float, float]:
    low, high = -histogram.zero_threshold, histogram.zero_threshold
    if has_negative and not has_positive:
        high = 0.0
    if has_positive and not has_negative:
        low = 0.0
    everything = histogram.zero_count, (low + high) / 2
    if limit <= low:
        return (0.0, 0.0) if upper else everything
    if limit >= high:
        return everything if upper else (0.0, 0.0)
    if upper:
        return histogram.zero_count * ((limit - low) / (high - low)), (low + limit) / 2
    return histogram.zero_count * ((high - limit) / (high - low)), (limit + high) / 2


def _middle(low: float, high: float, positive: bool, linear: bool) -> float:
    if math.isinf(low):
        if math.isinf(high):
            return 0.0
        return high / 2 if high > 0 else high
    if math.isinf(high):
        return low
    if linear:
        return (low + high) / 2
    middle = math.sqrt(abs(low * high))
    return middle if positive else -middle
