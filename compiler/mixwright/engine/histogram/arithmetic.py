"""Adding histograms: schemas and zero buckets are brought together, custom bounds intersected.

Source: `Add`, `Sub`, `KahanAdd` and `reconcileZeroBuckets` of Prometheus' `float_histogram.go`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

import attrs

from mixwright.frame.histogram import Bucket, Buckets, Histogram, HistogramError, ResetHint


@attrs.frozen
class Combined:
    """A sum or difference, and what had to give for it."""

    value: Histogram
    collision: bool = False
    reconciled: bool = False


def combined(left: Histogram, right: Histogram, sign: float) -> Combined:
    """Return `left + sign · right`; raises `HistogramError` between exponential and custom buckets."""
    hint, collision = joint_hint(left.hint, right.hint)
    left, right, reconciled = aligned(left, right)
    value = attrs.evolve(
        left,
        count=left.count + sign * right.count,
        sum=left.sum + sign * right.sum,
        zero_count=left.zero_count + sign * right.zero_count,
        positive=_added(left.positive, right.positive, sign),
        negative=_added(left.negative, right.negative, sign),
        hint=hint,
    )
    return Combined(value, collision, reconciled)


def joint_hint(left: ResetHint, right: ResetHint) -> tuple[ResetHint, bool]:
    """Return the hint of a combination, and whether the two contradict (`adjustCounterReset`)."""
    if left is right:
        return left, False
    if ResetHint.GAUGE in (left, right):
        return ResetHint.GAUGE, False
    return ResetHint.UNKNOWN, ResetHint.UNKNOWN not in (left, right)


def aligned(left: Histogram, right: Histogram) -> tuple[Histogram, Histogram, bool]:
    """Return both with the same buckets, and whether custom bounds had to be intersected."""
    if left.has_custom_buckets != right.has_custom_buckets:
        raise HistogramError("exponential and custom buckets cannot be combined")
    if left.has_custom_buckets:
        if left.custom == right.custom:
            return left, right, False
        common = tuple(bound for bound in left.custom if bound in set(right.custom))
        return rebucketed(left, common), rebucketed(right, common), True
    while left.zero_threshold != right.zero_threshold:
        threshold = max(left.zero_threshold, right.zero_threshold)
        left, right = with_threshold(left, threshold), with_threshold(right, threshold)
    schema = min(left.schema, right.schema)
    return reduced(left, schema), reduced(right, schema), False


def _added(left: Buckets, right: Buckets, sign: float) -> Buckets:
    result = dict(left)
    for index, count in right.items():
        result[index] = result.get(index, 0.0) + sign * count
    return result


def rebucketed(histogram: Histogram, bounds: tuple[float, ...]) -> Histogram:
    """Return a custom-bucket histogram with fewer bounds."""
    positive: Buckets = {}
    for index in sorted(histogram.positive):
        upper = histogram.bound(index)
        target = next((n for n, bound in enumerate(bounds) if bound >= upper), len(bounds))
        positive[target] = positive.get(target, 0.0) + histogram.positive[index]
    populated = {index: count for index, count in positive.items() if count != 0}
    return attrs.evolve(histogram, custom=bounds, positive=populated)


def reduced(histogram: Histogram, schema: int) -> Histogram:
    """Return the histogram with a coarser schema."""
    if schema >= histogram.schema:
        return histogram
    shift = histogram.schema - schema

    def merged(buckets: Buckets) -> Buckets:
        result: Buckets = {}
        for index in sorted(buckets):
            target = ((index - 1) >> shift) + 1
            result[target] = result.get(target, 0.0) + buckets[index]
        return result

    return attrs.evolve(
        histogram,
        schema=schema,
        positive=merged(histogram.positive),
        negative=merged(histogram.negative),
    )


def with_threshold(histogram: Histogram, threshold: float) -> Histogram:
    """Return the histogram with a wider zero bucket.

    When the threshold falls into a populated bucket, that one is swallowed whole, and the
    threshold becomes its bound (`zeroCountForLargerThreshold`).
    """
    if threshold <= histogram.zero_threshold:
        return histogram
    positive, negative = list(histogram.positive_buckets()), list(histogram.negative_buckets())
    while True:
        count, wider = histogram.zero_count, threshold
        for buckets, reach in ((positive, _above), (negative, _below)):
            for bucket in buckets:
                near, far = reach(bucket)
                if near >= threshold:
                    break
                count += bucket.count
                if far > threshold:
                    if bucket.count != 0:
                        wider = max(wider, far)
                    break
        if wider == threshold:
            break
        threshold = wider

    def outside(buckets: Iterable[Bucket], negative: bool) -> Buckets:
        return {
            bucket.index: bucket.count
            for bucket in buckets
            if bucket.count != 0
            and (_below(bucket) if negative else _above(bucket))[0] >= threshold
        }

    return attrs.evolve(
        histogram,
        zero_threshold=threshold,
        zero_count=count,
        positive=outside(positive, negative=False),
        negative=outside(negative, negative=True),
    )


def _above(bucket: Bucket) -> tuple[float, float]:
    return bucket.lower, bucket.upper


def _below(bucket: Bucket) -> tuple[float, float]:
    return -bucket.upper, -bucket.lower


def detects_reset(now: Histogram, before: Histogram) -> bool:
    """Tell whether a counter was reset between two histograms (`DetectReset`)."""
    if now.hint is ResetHint.RESET:
        return True
    if now.hint is ResetHint.NOT_RESET:
        return False
    if now.count < before.count:
        return True
    if now.has_custom_buckets:
        if not before.has_custom_buckets:
            return True
        if now.custom != before.custom:
            return _lost_in_common_bounds(now, before)
    if now.schema > before.schema or now.zero_threshold < before.zero_threshold:
        return True
    if not now.has_custom_buckets:
        before = with_threshold(before, now.zero_threshold)
        if before.zero_threshold != now.zero_threshold or now.zero_count < before.zero_count:
            return True
        before = reduced(before, now.schema)
    return _fell(now.positive, before.positive) or _fell(now.negative, before.negative)


def _fell(now: Buckets, before: Buckets) -> bool:
    return any(now.get(index, 0.0) < count for index, count in before.items())


def _lost_in_common_bounds(now: Histogram, before: Histogram) -> bool:
    bounds = tuple(bound for bound in now.custom if bound in set(before.custom))
    return _fell(rebucketed(now, bounds).positive, rebucketed(before, bounds).positive)


@attrs.define(eq=False)
class Accumulator:
    """A compensated running sum of histograms (`KahanAdd`)."""

    total: Histogram
    rest: Histogram = attrs.field(init=False)
    collision: bool = False
    reconciled: bool = False

    def __attrs_post_init__(self) -> None:
        """Start with nothing left out."""
        self.rest = Histogram(self.total.schema, custom=self.total.custom)

    def add(self, other: Histogram) -> None:
        """Add a histogram; raises `HistogramError` between exponential and custom buckets."""
        hint, collision = joint_hint(self.total.hint, other.hint)
        total, other, reconciled = aligned(self.total, other)
        rest = self._follow(total)
        count, count_rest = _inc(other.count, total.count, rest.count)
        sum_, sum_rest = _inc(other.sum, total.sum, rest.sum)
        zero, zero_rest = _inc(other.zero_count, total.zero_count, rest.zero_count)
        positive, positive_rest = _compensated(total.positive, rest.positive, other.positive)
        negative, negative_rest = _compensated(total.negative, rest.negative, other.negative)
        self.total = attrs.evolve(
            total,
            count=count,
            sum=sum_,
            zero_count=zero,
            positive=positive,
            negative=negative,
            hint=hint,
        )
        self.rest = attrs.evolve(
            rest,
            count=count_rest,
            sum=sum_rest,
            zero_count=zero_rest,
            positive=positive_rest,
            negative=negative_rest,
        )
        self.collision |= collision
        self.reconciled |= reconciled

    def _follow(self, total: Histogram) -> Histogram:
        """Bring the compensation to the buckets of the total."""
        rest = self.rest
        if total.has_custom_buckets:
            return rest if rest.custom == total.custom else rebucketed(rest, total.custom)
        if total.zero_threshold > rest.zero_threshold:
            rest = with_threshold(rest, total.zero_threshold)
            rest = attrs.evolve(rest, zero_threshold=total.zero_threshold)
        return reduced(rest, total.schema)

    def scale(self, factor: float) -> None:
        """Multiply what has been summed."""
        self.total, self.rest = self.total.scaled(factor), self.rest.scaled(factor)

    def result(self, divisor: float = 1.0) -> Histogram:
        """Return the sum, or the mean when a divisor is given."""
        total, rest = self.total, self.rest
        if divisor != 1.0:
            total, rest = total.divided(divisor), rest.divided(divisor)
        value = attrs.evolve(
            total,
            count=total.count + rest.count,
            sum=_finished(total.sum, rest.sum),
            zero_count=total.zero_count + rest.zero_count,
            positive=_added(total.positive, rest.positive, 1.0),
            negative=_added(total.negative, rest.negative, 1.0),
        )
        return value


def _finished(total: float, rest: float) -> float:
    return total if math.isinf(total) else total + rest


def _inc(increment: float, total: float, rest: float) -> tuple[float, float]:
    new = total + increment
    if math.isinf(new):
        return new, 0.0
    if abs(total) >= abs(increment):
        return new, rest + ((total - new) + increment)
    return new, rest + ((increment - new) + total)


def _compensated(total: Buckets, rest: Buckets, other: Buckets) -> tuple[Buckets, Buckets]:
    total, rest = dict(total), dict(rest)
    for index, count in other.items():
        total[index], rest[index] = _inc(count, total.get(index, 0.0), rest.get(index, 0.0))
    return total, rest


def overflows(histogram: Histogram) -> bool:
    """Tell whether any field is infinite (`HasOverflow`)."""
    fields = histogram.count, histogram.sum, histogram.zero_count
    counts = *histogram.positive.values(), *histogram.negative.values()
    return any(map(math.isinf, (*fields, *counts)))
