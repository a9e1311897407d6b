"""Native histograms in the notation of test files: `{{schema:1 count:3 sum:4 buckets:[1 2]}}`.

Source: prometheus, `model/histogram/float_histogram.go#FloatHistogram.TestExpression`.
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.frame.histogram import Buckets, Histogram, ResetHint
from mixwright.gofloat import format_float


def notation(histogram: Histogram) -> str:
    """Return a histogram's notation; two that have the same are equal to promtool."""
    return "{{" + " ".join(_fields(histogram.compacted())) + "}}"


def _fields(histogram: Histogram) -> Iterator[str]:
    if histogram.schema:
        yield f"schema:{histogram.schema}"
    for name, value in (
        ("count", histogram.count),
        ("sum", histogram.sum),
        ("z_bucket", histogram.zero_count),
        ("z_bucket_w", histogram.zero_threshold),
    ):
        if value:
            yield f"{name}:{format_float(value)}"
    if histogram.has_custom_buckets:
        yield f"custom_values:[{' '.join(map(format_float, histogram.custom))}]"
    if histogram.hint is not ResetHint.UNKNOWN:
        yield f"counter_reset_hint:{histogram.hint.value}"
    yield from _buckets("", histogram.positive)
    yield from _buckets("n_", histogram.negative)


def _buckets(prefix: str, buckets: Buckets) -> Iterator[str]:
    if not buckets:
        return
    first, last = min(buckets), max(buckets)
    if first:
        yield f"{prefix}offset:{first}"
    counts = (format_float(buckets.get(index, 0.0)) for index in range(first, last + 1))
    yield f"{prefix}buckets:[{' '.join(counts)}]"
