"""What metrics are in memory: samples of series, native histograms, matrices, and sources that answer selectors."""

from __future__ import annotations

from mixwright.frame.columns import (
    STALE_NAN,
    STALE_NAN_BITS,
    Index,
    Mask,
    Matrix,
    Objects,
    Samples,
    Source,
    Steps,
    Times,
    Values,
    is_histogram,
    is_stale,
)
from mixwright.frame.histogram import CUSTOM_BUCKETS, Histogram, HistogramError, ResetHint
from mixwright.frame.memory import MemorySource

__all__ = [
    "CUSTOM_BUCKETS",
    "Histogram",
    "HistogramError",
    "Index",
    "Mask",
    "Matrix",
    "MemorySource",
    "Objects",
    "ResetHint",
    "STALE_NAN",
    "STALE_NAN_BITS",
    "Samples",
    "Source",
    "Steps",
    "Times",
    "Values",
    "is_histogram",
    "is_stale",
]
