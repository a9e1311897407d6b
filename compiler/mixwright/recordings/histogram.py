"""A native histogram sample, as PromQL sees it: bucket counts as floats, whatever they were recorded as."""

from __future__ import annotations

from enum import IntEnum
from typing import Final

import attrs

CUSTOM_BUCKETS: Final = -53
"""The schema of histograms whose bucket bounds are listed one by one."""


class CounterReset(IntEnum):
    """What the recorder knew of a counter reset before a sample."""

    UNKNOWN = 0
    RESET = 1
    NO_RESET = 2
    GAUGE = 3


@attrs.frozen
class Span:
    """`length` buckets in a row, `offset` buckets behind the span before (the first one: behind bucket 0)."""

    offset: int
    length: int


@attrs.frozen
class Histogram:
    """A sparse histogram with exponential or custom buckets.

    Source: `FloatHistogram` of Prometheus, `model/histogram/float_histogram.go`. Buckets are
    absolute counts, one per bucket that the spans name. A staleness marker has the staleness NaN
    as its sum and nothing else.
    """

    schema: int
    count: float
    sum: float
    zero_threshold: float = 0.0
    zero_count: float = 0.0
    positive_spans: tuple[Span, ...] = ()
    positive_buckets: tuple[float, ...] = ()
    negative_spans: tuple[Span, ...] = ()
    negative_buckets: tuple[float, ...] = ()
    custom_values: tuple[float, ...] = ()
    counter_reset: CounterReset = CounterReset.UNKNOWN


def without_hint(histogram: Histogram | None) -> Histogram | None:
    """Return the same without the claim that there was no counter reset before it."""
    if histogram is None or histogram.counter_reset is not CounterReset.NO_RESET:
        return histogram
    return attrs.evolve(histogram, counter_reset=CounterReset.UNKNOWN)
