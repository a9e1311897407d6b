"""Native histograms as remote read sends them in plain samples (prometheus, `prompb/types.proto`)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Final

from mixwright.frame import Histogram, ResetHint
from mixwright.frame.histogram import Buckets
from mixwright.recordings.server.protobuf import (
    WireError,
    double,
    fields,
    message,
    number,
    packed,
    packed_doubles,
    signed,
    zigzag,
)
from mixwright.recordings.spans import Span, indexes

_HINTS: Final = (ResetHint.UNKNOWN, ResetHint.RESET, ResetHint.NOT_RESET, ResetHint.GAUGE)
_LONGEST: Final = 1 << 16
"""Buckets; no server keeps histograms with more."""


def read_histogram(data: memoryview) -> tuple[int, Histogram]:
    """Return time (ms) and histogram of a message `Histogram`."""
    scalars: dict[int, int] = {}
    spans: dict[int, list[Span]] = {8: [], 11: []}
    deltas: dict[int, list[int]] = {9: [], 12: []}
    counts: dict[int, list[float]] = {10: [], 13: [], 16: []}
    for field, kind, value in fields(data):
        if field in spans:
            spans[field].append(_span(message(value)))
        elif field in deltas:
            deltas[field] += [zigzag(bits) for bits in packed(kind, value)]
        elif field in counts:
            counts[field] += packed_doubles(value)
        else:
            scalars[field] = number(value)

    def scalar(whole: int, real: int) -> float:
        return double(scalars[real]) if real in scalars else float(scalars.get(whole, 0))

    histogram = Histogram(
        schema=zigzag(scalars.get(4, 0)),
        count=scalar(1, 2),
        sum=double(scalars.get(3, 0)),
        zero_threshold=double(scalars.get(5, 0)),
        zero_count=scalar(6, 7),
        negative=_buckets(spans[8], deltas[9], counts[10]),
        positive=_buckets(spans[11], deltas[12], counts[13]),
        custom=tuple(counts[16]),
        hint=_HINTS[scalars.get(14, 0) & 3],
    )
    if histogram.is_stale:
        histogram = Histogram(sum=histogram.sum)
    return signed(scalars.get(15, 0)), histogram


def _span(data: memoryview) -> Span:
    found = {field: number(value) for field, _, value in fields(data)}
    return zigzag(found.get(1, 0)), found.get(2, 0)


def _buckets(spans: Sequence[Span], deltas: Sequence[int], counts: Sequence[float]) -> Buckets:
    """Return counts by index; those of integer histograms are differences to the bucket before."""
    found = list(counts) or [float(count) for count in itertools.accumulate(deltas)]
    length = sum(length for _, length in spans)
    if length != len(found) or length > _LONGEST:
        raise WireError(f"a histogram with {len(found)} counts in {length} buckets")
    try:
        return dict(zip(indexes(spans), found, strict=True))
    except EOFError:
        raise WireError("a histogram whose buckets do not rise") from None
