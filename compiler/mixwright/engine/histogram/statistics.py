"""Quantiles, fractions and variance of native histograms.

Source: `HistogramQuantile` and `HistogramFraction` of Prometheus' `promql/quantile.go`, and
`histogramVariance` of `promql/functions.go`.
"""

from __future__ import annotations

import math

import attrs

from mixwright.engine import notices
from mixwright.engine.logarithms import exp2, log2
from mixwright.frame.histogram import Bucket, Histogram

_EMPTY = Bucket(0.0, 0.0, 0.0)


def quantile(q: float, histogram: Histogram, name: str) -> tuple[float, list[str]]:
    """Return the quantile `q` and annotations; interpolated on a log scale in exponential buckets."""
    if q < 0 or q > 1:
        return (-math.inf if q < 0 else math.inf), []
    if histogram.count == 0 or math.isnan(q):
        return math.nan, []
    odd = math.isnan(histogram.sum)
    forward = odd or q < 0.5
    total = histogram.count
    rank = (q if forward else 1 - q) * total
    buckets = histogram.buckets()
    if not forward:
        buckets.reverse()
    seen, bucket, rest = 0.0, _EMPTY, iter(buckets)
    for bucket in rest:
        if bucket.count == 0:
            continue
        seen += bucket.count
        if seen >= rank:
            break
    custom = histogram.has_custom_buckets
    if custom:
        if bucket.lower == -math.inf:
            if bucket.upper <= 0:
                return bucket.upper, []
            bucket = attrs.evolve(bucket, lower=0.0)
        elif bucket.upper == math.inf:
            return bucket.lower, []
    else:
        bucket = _one_sided(bucket, histogram)
    seen = min(seen, total)
    if seen < rank:
        return (math.nan, [notices.nan_result(name)]) if odd else (bucket.upper, [])
    rank = rank - (seen - bucket.count) if forward else seen - rank
    texts = []
    if odd and seen + sum(more.count for more in rest) < total:
        texts.append(notices.nan_skew(name))
    fraction = _divided(rank, bucket.count)
    if custom or bucket.lower <= 0 <= bucket.upper:
        return bucket.lower + (bucket.upper - bucket.lower) * fraction, texts
    low, high = log2(abs(bucket.lower)), log2(abs(bucket.upper))
    if bucket.lower > 0:
        return exp2(low + (high - low) * fraction), texts
    return -exp2(high + (low - high) * (1 - fraction)), texts


def _divided(a: float, b: float) -> float:
    if b == 0:
        return math.nan if a == 0 else math.copysign(math.inf, a)
    return a / b


def _one_sided(bucket: Bucket, histogram: Histogram) -> Bucket:
    """The zero bucket of a histogram with one sign only reaches up to zero from that side."""
    if bucket.lower < 0 < bucket.upper:
        if not histogram.negative and histogram.positive:
            return attrs.evolve(bucket, lower=0.0)
        if not histogram.positive and histogram.negative:
            return attrs.evolve(bucket, upper=0.0)
    return bucket


def fraction_below(bucket: Bucket, value: float, *, linear: bool) -> float:
    """Return which share of a bucket lies below a value inside it (`FractionBelow`)."""
    if linear:
        return (value - bucket.lower) / (bucket.upper - bucket.lower)
    low, high = log2(abs(bucket.lower)), log2(abs(bucket.upper))
    here = log2(abs(value))
    if value > 0:
        return (here - low) / (high - low)
    return 1 - (here - high) / (low - high)


def fraction(
    lower: float, upper: float, histogram: Histogram, name: str
) -> tuple[float, list[str]]:
    """Return the share of observations between two bounds, and annotations."""
    if histogram.count == 0 or math.isnan(lower) or math.isnan(upper):
        return math.nan, []
    if lower >= upper:
        return 0.0, []
    buckets = histogram.buckets()
    total, texts = histogram.count, []
    if math.isnan(histogram.sum):
        total = sum(bucket.count for bucket in buckets)
        if total < histogram.count:
            texts.append(notices.nan_fraction(name))
    ranks = [min(_rank(limit, buckets, histogram, total), total) for limit in (lower, upper)]
    return (ranks[1] - ranks[0]) / histogram.count, texts


def _rank(limit: float, buckets: list[Bucket], histogram: Histogram, total: float) -> float:
    rank = 0.0
    for bucket in buckets:
        around_zero = bucket.lower <= 0 <= bucket.upper
        if around_zero:
            if not histogram.negative and histogram.positive:
                bucket = attrs.evolve(bucket, lower=0.0)
            elif not histogram.positive and histogram.negative:
                bucket = attrs.evolve(bucket, upper=0.0)
        if bucket.lower >= limit:
            return rank
        if bucket.upper > limit:
            linear = histogram.has_custom_buckets or around_zero
            if linear and bucket.lower == -math.inf:
                return bucket.count
            if math.isinf(bucket.upper) and linear:
                return rank
            return rank + bucket.count * fraction_below(bucket, limit, linear=linear)
        rank += bucket.count
    return total


def variance(histogram: Histogram) -> float:
    """Return the variance, every observation counted at the middle of its bucket."""
    mean = _divided(histogram.sum, histogram.count)
    parts = []
    for bucket in histogram.buckets():
        if bucket.count == 0:
            continue
        if histogram.has_custom_buckets:
            value = (bucket.upper + bucket.lower) / 2
        elif bucket.lower <= 0 <= bucket.upper:
            value = 0.0
        else:
            value = math.copysign(math.sqrt(bucket.upper * bucket.lower), bucket.upper)
        parts.append(bucket.count * (value - mean) * (value - mean))
    if any(map(math.isnan, parts)) or any(map(math.isinf, parts)):
        return _divided(sum(parts), histogram.count)
    return _divided(math.fsum(parts), histogram.count)
