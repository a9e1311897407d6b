"""Classic histograms as native ones with custom buckets, for `load_with_nhcb`.

Source: `util/convertnhcb` and `appendCustomHistogram` of Prometheus.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator

import attrs

from mixwright.engine.conformance.notation import Series, Value
from mixwright.frame.histogram import CUSTOM_BUCKETS, Histogram
from mixwright.values import METRIC_NAME, Labels


@attrs.define
class _Parts:
    buckets: dict[float, float] = attrs.field(factory=dict)
    count: float | None = None
    sum: float = 0.0


def with_custom_buckets(series: tuple[Series, ...]) -> Iterator[Series]:
    """Yield a histogram series for each classic histogram among `series`."""
    found: dict[Labels, dict[int, _Parts]] = defaultdict(lambda: defaultdict(_Parts))
    length = max((len(one.values) for one in series), default=0)
    for one in series:
        name = one.labels.name
        base, _, suffix = name.rpartition("_")
        if suffix not in ("bucket", "count", "sum") or not base:
            continue
        labels = one.labels.drop(["le"]).with_({METRIC_NAME: base})
        bound = float(one.labels.get("le", "nan")) if suffix == "bucket" else math.nan
        for number, value in enumerate(one.values):
            if not isinstance(value, float):
                continue
            parts = found[labels][number]
            if suffix == "bucket":
                parts.buckets[bound] = value
            elif suffix == "count":
                parts.count = value
            else:
                parts.sum = value
    for labels, positions in found.items():
        values: list[Value] = [None] * length
        for number, parts in positions.items():
            values[number] = _histogram(parts)
        yield Series(labels, tuple(values))


def _histogram(parts: _Parts) -> Histogram:
    count = parts.count
    if count is None:
        count = parts.buckets.get(math.inf, max(parts.buckets.values(), default=0.0))
    bounds = sorted(bound for bound in parts.buckets if bound != math.inf)
    positive, before = {}, 0.0
    for index, bound in enumerate(bounds):
        if parts.buckets[bound] != before:
            positive[index] = parts.buckets[bound] - before
        before = parts.buckets[bound]
    if count != before:
        positive[len(bounds)] = count - before
    return Histogram(CUSTOM_BUCKETS, count, parts.sum, positive=positive, custom=tuple(bounds))
