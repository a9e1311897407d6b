"""The sparse layout of a native histogram's buckets, as Prometheus stores it, and the buckets by index."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from mixwright.frame.histogram import Buckets

Span = tuple[int, int]
"""An offset and a length: so many buckets in a row, `offset` buckets behind the span before.

The first span's offset counts from bucket 0 (prometheus, `model/histogram/histogram.go`).
"""


def indexes(spans: Iterable[Span]) -> tuple[int, ...]:
    """Return the indexes of the buckets that spans name.

    Raises `EOFError`, as for any other damage, when they do not rise.
    """
    found: list[int] = []
    at = 0
    for number, (offset, length) in enumerate(spans):
        if number and offset < 0:
            raise EOFError
        at += offset
        found += range(at, at + length)
        at += length
    return tuple(found)


def placed(spans: Sequence[Span], counts: Sequence[float]) -> Buckets:
    """Return the counts of buckets by index; an `EOFError` when spans and counts do not fit."""
    # Before the indexes are listed: a hostile span names billions of buckets.
    if sum(length for _, length in spans) != len(counts):
        raise EOFError
    return dict(zip(indexes(spans), counts, strict=True))


def spans(buckets: Buckets) -> tuple[Sequence[Span], Sequence[float]]:
    """Return the spans of buckets, as few as there can be, and the counts in them."""
    rising = sorted(buckets)
    found = []
    end = 0
    for _, run in groupby(enumerate(rising), lambda place: place[1] - place[0]):
        in_a_row = [index for _, index in run]
        found.append((in_a_row[0] - end, len(in_a_row)))
        end = in_a_row[-1] + 1
    return found, [buckets[index] for index in rising]
