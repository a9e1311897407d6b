"""What is known of metrics: of recorded ones what their rules say, of all others what the catalogue says."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import attrs

from mixwright.catalogue import Catalogue, Metric
from mixwright.promql import Expr, Selector, walk
from mixwright.promql.valueflow import ANY, Bounds, bounds


@attrs.define(eq=False)
class Facts:
    """The catalogue, and the expressions of all recording rules by the name they record."""

    catalogue: Catalogue
    recorded: Mapping[str, tuple[Expr, ...]]
    _bounds: dict[str, Bounds | None] = attrs.field(factory=dict, init=False)
    _buckets: dict[str, tuple[float, ...]] = attrs.field(factory=dict, init=False)

    def metric(self, name: str) -> Metric | None:
        """Return what the catalogue knows of a series name."""
        return None if name in self.recorded else self.catalogue.metric(name)

    def counts(self, name: str) -> bool | None:
        """Tell whether a series only grows until a restart; `None` when nobody knows."""
        return None if name in self.recorded else self.catalogue.counts(name)

    def bounds(self, name: str) -> Bounds | None:
        """Return between which bounds the values of a series lie, if that is known."""
        if name not in self._bounds:
            # A rule that reads itself knows nothing of what it reads.
            self._bounds[name] = None
            self._bounds[name] = self._of_rules(name) or self._of_catalogue(name)
        return self._bounds[name]

    def buckets(self, name: str) -> tuple[float, ...]:
        """Return the finite upper bounds of the buckets that a series is one of, if they are known."""
        if name not in self._buckets:
            self._buckets[name] = ()
            parts = [
                self.buckets(selector.name or "")
                for expr in self.recorded.get(name, ())
                for selector in walk(expr, Selector)
            ]
            metric = self.metric(name) if name.endswith("_bucket") else None
            if parts and all(parts):
                self._buckets[name] = tuple(sorted({bound for part in parts for bound in part}))
            elif metric is not None:
                self._buckets[name] = metric.buckets
        return self._buckets[name]

    def _of_rules(self, name: str) -> Bounds | None:
        parts = [bounds(expr, self) for expr in self.recorded.get(name, ())]
        if not parts:
            return None
        merged = reduce(lambda a, b: Bounds(min(a.low, b.low), max(a.high, b.high)), parts)
        return None if merged == ANY else merged

    def _of_catalogue(self, name: str) -> Bounds | None:
        metric = self.metric(name)
        if metric is None:
            return None
        if metric.constant is not None:
            return Bounds(metric.constant, metric.constant)
        return Bounds(0.0) if self.counts(name) else None
