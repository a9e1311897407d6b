"""A native histogram of floats, with exponential or custom buckets.

Source: `model/histogram/float_histogram.go` and `generic.go` of Prometheus. Buckets are kept by
index, empty ones only where they were given.
"""

from __future__ import annotations

import functools
import math
import struct
from collections.abc import Iterator
from decimal import Decimal, localcontext
from enum import Enum
from typing import Final

import attrs

from mixwright.frame.columns import STALE_NAN_BITS
from mixwright.gofloat import format_float

CUSTOM_BUCKETS: Final = -53
"""The schema of histograms whose bucket bounds are listed one by one (NHCB)."""

Buckets = dict[int, float]


class HistogramError(ValueError):
    """Histograms that cannot be combined, or one that cannot be."""


class ResetHint(Enum):
    """What is known about a counter reset between this histogram and the one before."""

    UNKNOWN = "unknown"
    RESET = "reset"
    NOT_RESET = "not_reset"
    GAUGE = "gauge"


@attrs.frozen
class Bucket:
    """A bucket with its bounds, and whether they belong to it."""

    lower: float
    upper: float
    count: float
    index: int = 0
    lower_inclusive: bool = False
    upper_inclusive: bool = True

    def __str__(self) -> str:
        """Return the bucket as Prometheus prints it: `(0.5,1]:3`."""
        begin, end = "(["[self.lower_inclusive], ")]"[self.upper_inclusive]
        bounds = f"{format_float(self.lower)},{format_float(self.upper)}"
        return f"{begin}{bounds}{end}:{format_float(self.count)}"


@attrs.frozen(eq=False)
class Histogram:
    """A histogram; never changed in place. `custom` holds the upper bounds of custom buckets."""

    schema: int = 0
    count: float = 0.0
    sum: float = 0.0
    zero_threshold: float = 0.0
    zero_count: float = 0.0
    positive: Buckets = attrs.field(factory=dict)
    negative: Buckets = attrs.field(factory=dict)
    custom: tuple[float, ...] = ()
    hint: ResetHint = ResetHint.UNKNOWN

    @property
    def has_custom_buckets(self) -> bool:
        """Whether the bounds are listed instead of exponential."""
        return self.schema == CUSTOM_BUCKETS

    @property
    def is_stale(self) -> bool:
        """Whether this is a staleness marker."""
        bits: int = struct.unpack("<Q", struct.pack("<d", self.sum))[0]
        return bits == STALE_NAN_BITS

    def scaled(self, factor: float) -> Histogram:
        """Return all counts and the sum times `factor` (`Mul`)."""
        return attrs.evolve(
            self,
            count=self.count * factor,
            sum=self.sum * factor,
            zero_count=self.zero_count * factor,
            positive={index: count * factor for index, count in self.positive.items()},
            negative={index: count * factor for index, count in self.negative.items()},
            hint=ResetHint.GAUGE if factor < 0 else self.hint,
        )

    def divided(self, divisor: float) -> Histogram:
        """Return all counts and the sum over `divisor`; over 0, without buckets (`Div`)."""
        if divisor == 0:
            return attrs.evolve(
                self,
                count=_quotient(self.count),
                sum=_quotient(self.sum),
                zero_count=_quotient(self.zero_count),
                positive={},
                negative={},
            )
        return attrs.evolve(
            self,
            count=self.count / divisor,
            sum=self.sum / divisor,
            zero_count=self.zero_count / divisor,
            positive={index: count / divisor for index, count in self.positive.items()},
            negative={index: count / divisor for index, count in self.negative.items()},
            hint=ResetHint.GAUGE if divisor < 0 else self.hint,
        )

    def compacted(self) -> Histogram:
        """Return the histogram without empty buckets (`Compact(0)`)."""
        return attrs.evolve(
            self, positive=_populated(self.positive), negative=_populated(self.negative)
        )

    def of_unknown_origin(self) -> Histogram:
        """Return the histogram without a claim about resets, as samples of a subquery are."""
        if self.hint in (ResetHint.RESET, ResetHint.NOT_RESET):
            return attrs.evolve(self, hint=ResetHint.UNKNOWN)
        return self

    def bound(self, index: int) -> float:
        """Return the upper bound of the positive bucket `index`."""
        return bound(index, self.schema, self.custom)

    def positive_buckets(self) -> Iterator[Bucket]:
        """Yield the positive buckets, rising."""
        for index in sorted(self.positive):
            lower, upper = self.bound(index - 1), self.bound(index)
            lowest = self.has_custom_buckets and index == 0
            yield Bucket(lower, upper, self.positive[index], index, lowest)

    def negative_buckets(self) -> Iterator[Bucket]:
        """Yield the negative buckets, from zero downwards."""
        for index in sorted(self.negative):
            lower, upper = -self.bound(index), -self.bound(index - 1)
            yield Bucket(lower, upper, self.negative[index], index, True, False)

    def buckets(self) -> list[Bucket]:
        """Return all buckets, rising; those that overlap the zero bucket are cut off at its bound."""
        zero = self.zero_threshold
        found = []
        for bucket in reversed(list(self.negative_buckets())):
            inside = bucket.upper < 0 and bucket.upper > -zero
            found.append(attrs.evolve(bucket, upper=-zero) if inside else bucket)
        if self.zero_count > 0:
            found.append(self._zero_bucket())
        for bucket in self.positive_buckets():
            inside = 0 < bucket.lower < zero
            found.append(attrs.evolve(bucket, lower=zero) if inside else bucket)
        return found

    def _zero_bucket(self) -> Bucket:
        zero = self.zero_threshold
        return Bucket(-zero, zero, self.zero_count, lower_inclusive=True)

    def same_as(self, other: Histogram) -> bool:
        """Tell whether all data are equal, bit for bit, layout included (`Equals`)."""
        return (
            self.schema == other.schema
            and _bits(self.count) == _bits(other.count)
            and _bits(self.sum) == _bits(other.sum)
            and (not self.has_custom_buckets or self.custom == other.custom)
            and self.zero_threshold == other.zero_threshold
            and _bits(self.zero_count) == _bits(other.zero_count)
            and {i: _bits(c) for i, c in self.positive.items()}
            == {i: _bits(c) for i, c in other.positive.items()}
            and {i: _bits(c) for i, c in self.negative.items()}
            == {i: _bits(c) for i, c in other.negative.items()}
        )

    def __str__(self) -> str:
        """Return the histogram as Prometheus prints it: `{count:3, sum:4, (0.5,1]:3}`."""
        parts = [f"count:{format_float(self.count)}", f"sum:{format_float(self.sum)}"]
        parts += reversed([str(bucket) for bucket in self.negative_buckets() if bucket.count])
        if self.zero_count:
            parts.append(str(self._zero_bucket()))
        parts += [str(bucket) for bucket in self.positive_buckets() if bucket.count]
        return "{" + ", ".join(parts) + "}"


def bound(index: int, schema: int, custom: tuple[float, ...]) -> float:
    """Return the upper bound of bucket `index` (`getBound`)."""
    if schema == CUSTOM_BUCKETS:
        if index == -1:
            return -math.inf
        return custom[index] if index < len(custom) else math.inf
    if schema < 0:
        exponent = index << -schema
        return _LARGEST if exponent == 1024 else _power(1.0, exponent)
    fraction = _fractions()[(index & ((1 << schema) - 1)) << (_FINEST - schema)]
    exponent = (index >> schema) + 1
    return _LARGEST if fraction == 0.5 and exponent == 1025 else _power(fraction, exponent)


_FINEST: Final = 8
_TOO_LOW: Final = (
    "1111112111211111112311222222222211211121122211221122102211221122"
    "1111112222332132112111211112111111121011213311221222112121332222"
    "2121223322322122222222323233323311221121223321332233212232332232"
    "2243223233433343333333444455435422322333324422333243223333543344"
)
"""One more than the units in the last place by which each of Prometheus' bounds lies below its true value.

It has them in a table (`exponentialBounds`), which was not made by exact arithmetic.
"""


@functools.cache
def _fractions() -> tuple[float, ...]:
    """Return the bounds of the finest schema from 0.5 to 1; the others have some of these."""
    with localcontext(prec=40):
        step = Decimal(2) ** (Decimal(1) / len(_TOO_LOW))
        exact = [float(step**number / 2) for number in range(len(_TOO_LOW))]
    units = (int(digit) - 1 for digit in _TOO_LOW)
    return tuple(value - unit * 2.0**-53 for value, unit in zip(exact, units, strict=True))


_LARGEST: Final = 1.7976931348623157e308


def _power(fraction: float, exponent: int) -> float:
    try:
        return math.ldexp(fraction, exponent)
    except OverflowError:
        return math.inf


def _quotient(value: float) -> float:
    if value == 0 or math.isnan(value):
        return math.nan
    return math.copysign(math.inf, value)


def _populated(buckets: Buckets) -> Buckets:
    return {index: count for index, count in buckets.items() if count != 0}


def _bits(value: float) -> bytes:
    return struct.pack("<d", value)
