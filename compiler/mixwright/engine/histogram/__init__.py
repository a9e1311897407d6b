"""Native histograms: the value, its arithmetic, its notation, and what functions read from it."""

from __future__ import annotations

from mixwright.engine.histogram.model import CUSTOM_BUCKETS, Histogram, HistogramError, ResetHint
from mixwright.engine.histogram.notation import read_histogram

__all__ = ["CUSTOM_BUCKETS", "Histogram", "HistogramError", "ResetHint", "read_histogram"]
