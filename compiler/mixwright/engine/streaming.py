"""A source read shard by shard: what the next shard looks back at is kept instead of being read again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import attrs
import numpy as np
from numpy.typing import NDArray

from mixwright.engine.logical import Matchers
from mixwright.engine.pushed import Evaluating
from mixwright.frame import Matrix, Objects, Samples, Source, Steps, Times
from mixwright.frame.slicing import between, offsets
from mixwright.promql import Expr
from mixwright.values import Labels, Matcher

_WORTH_KEEPING: Final = 0.25
"""A share of what was read that is smaller than this is read again: keeping it costs memory for longer."""


@attrs.frozen(eq=False)
class _Tail:
    """The samples in [start, end] (ms) of some matchers, kept by the shard of a number."""

    samples: Samples
    start: int
    end: int
    shard: int


@attrs.define(eq=False)
class Streaming:
    """A source with what the last shard read of the time that the next one looks back at."""

    source: Source
    _begin: int = attrs.field(default=0, init=False)
    _end: int = attrs.field(default=0, init=False)
    _margin: int = attrs.field(default=0, init=False)
    _number: int = attrs.field(default=0, init=False)
    _last: bool = attrs.field(default=True, init=False)
    _tails: dict[Matchers, _Tail] = attrs.field(factory=dict, init=False)

    most_read: int = attrs.field(default=0, init=False)
    """Bytes of the largest answer of this shard, but for what was kept for it."""

    def begin(self, start: int, end: int, margin: int, *, last: bool = False) -> None:
        """Begin a shard [start, end) (ms) whose evaluations are up to `margin` ms apart.

        For the `last` one nothing is kept.
        """
        self._last = last
        self._begin, self._end, self._margin = start, end, margin
        self._number += 1
        self.most_read = 0
        self._tails = {
            matchers: tail
            for matchers, tail in self._tails.items()
            if tail.shard == self._number - 1
        }

    def select(self, matchers: Sequence[Matcher], start: int, end: int) -> Samples:
        """Return the series that satisfy all matchers, with at least their samples in [start, end] (ms)."""
        key = tuple(matchers)
        tail = self._tails.get(key)
        if tail is not None and tail.start <= start <= tail.end < end:
            fresh = between(self.source.select(matchers, tail.end + 1, end), tail.end + 1, end)
            samples, first, read = continued(tail.samples, fresh), tail.start, fresh
        else:
            samples, first = self.source.select(matchers, start, end), start
            read = samples
        if not self._last:
            self._keep(key, samples, first, start, end)
        self.most_read = max(self.most_read, read.values.nbytes)
        return samples

    def span(self) -> tuple[int, int] | None:
        """Return first and last sample time in ms, or `None` when there is nothing."""
        return self.source.span()

    def evaluate(self, expr: Expr, steps: Steps) -> Matrix | None:
        """Return the value of an expression where the source knows it itself."""
        return self.source.evaluate(expr, steps) if isinstance(self.source, Evaluating) else None

    def _keep(self, key: Matchers, samples: Samples, first: int, start: int, end: int) -> None:
        start = max(first, self._end - (self._begin - start) - self._margin)
        known = self._tails.get(key)
        better = (
            known is not None
            and known.shard == self._number
            and known.start <= start
            and known.end >= end
        )
        if not better and end - start > _WORTH_KEEPING * (end - first):
            self._tails[key] = _Tail(between(samples, start, end), start, end, self._number)


def continued(early: Samples, late: Samples) -> Samples:
    """Return the samples of two times that follow each other, series by series, sorted by labels."""
    if not len(early) or not len(late):
        return late if len(late) else early
    before = {labels: row for row, labels in enumerate(early.labels)}
    behind = {labels: row for row, labels in enumerate(late.labels)}
    labels = _merged(early.labels, late.labels)
    rows = [(before.get(series, -1), behind.get(series, -1)) for series in labels]
    clocks: dict[tuple[int, int], int] = {}
    clock = np.empty(len(rows), np.int64)
    for number, (old, new) in enumerate(rows):
        pair = int(early.clock[old]) if old >= 0 else -1, int(late.clock[new]) if new >= 0 else -1
        clock[number] = clocks.setdefault(pair, len(clocks))
    times: list[Times] = []
    for old, new in clocks:
        halves = ((early, old), (late, new))
        parts = [p.times[slice(*p.clock_starts[c : c + 2])] for p, c in halves if c >= 0]
        times.append(np.concatenate(parts))
    sizes = np.array([len(part) for part in times], np.int64)
    histograms = None
    if early.histograms is not None or late.histograms is not None:
        histograms = _woven(rows, (early, _objects(early)), (late, _objects(late)))
    return Samples(
        labels=labels,
        times=np.concatenate(times),
        clock_starts=offsets(sizes),
        clock=clock,
        values=_woven(rows, (early, early.values), (late, late.values)),
        starts=offsets(sizes[clock]),
        histograms=histograms,
    )


def _merged(early: tuple[Labels, ...], late: tuple[Labels, ...]) -> tuple[Labels, ...]:
    if early == late:
        return early
    return tuple(sorted({*early, *late}, key=lambda labels: labels.pairs))


def _objects(samples: Samples) -> Objects:
    if samples.histograms is None:
        return np.full(samples.sample_count, None, object)
    return samples.histograms


def _woven(rows: Sequence[tuple[int, int]], *halves: tuple[Samples, NDArray[Any]]) -> NDArray[Any]:
    """Return of each series its piece of the first array, then its piece of the second one."""
    return np.concatenate(
        [
            array[samples.starts[row] : samples.starts[row + 1]]
            for pair in rows
            for row, (samples, array) in zip(pair, halves, strict=True)
            if row >= 0
        ]
    )
