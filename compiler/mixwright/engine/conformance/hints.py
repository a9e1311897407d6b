"""What a storage adds to counter histograms: whether each one continues the one before.

Source: `FloatHistogramAppender` of Prometheus' `tsdb/chunkenc/float_histogram.go`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from mixwright.engine.histogram.arithmetic import detects_reset
from mixwright.frame.histogram import Histogram, ResetHint


def stored(points: Mapping[int, float | Histogram]) -> Iterator[tuple[int, Histogram]]:
    """Yield the histograms of a series with the hints that reading them from a storage gives."""
    before: Histogram | None = None
    for time in sorted(points):
        now = points[time]
        if not isinstance(now, Histogram):
            before = None
            continue
        if now.hint is not ResetHint.GAUGE:
            yield time, attrs.evolve(now, hint=_hint(now, before))
        before = now


def _hint(now: Histogram, before: Histogram | None) -> ResetHint:
    if now.hint is ResetHint.RESET:
        return ResetHint.RESET
    if before is None or before.hint is ResetHint.GAUGE:
        return ResetHint.UNKNOWN
    layout = now.schema, now.zero_threshold, now.custom
    changed = layout != (before.schema, before.zero_threshold, before.custom)
    # A reset that the storage finds itself starts a chunk whose first sample reads as unknown
    # (https://github.com/prometheus/prometheus/issues/15346).
    if changed or detects_reset(attrs.evolve(now, hint=ResetHint.UNKNOWN), before):
        return ResetHint.UNKNOWN
    return ResetHint.NOT_RESET
