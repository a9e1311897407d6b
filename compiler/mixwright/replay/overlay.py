"""A source of samples with what the replayed rules have written laid over what was recorded."""

from __future__ import annotations

import itertools
import struct
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

import attrs
import numpy as np

from mixwright.engine.pushed import Evaluating
from mixwright.frame import STALE_NAN, Matrix, Objects, Samples, Source, Steps, Times, Values
from mixwright.frame.slicing import between
from mixwright.promql import Expr, Selector, walk
from mixwright.replay.spill import Piece, Spill
from mixwright.values import METRIC_NAME, Labels, Matcher, MatchOp

ALERTS, ALERTS_FOR_STATE = "ALERTS", "ALERTS_FOR_STATE"

Part: TypeAlias = tuple[Times, Values, Objects | None]
Written: TypeAlias = tuple[Labels, Times, Values, Objects | None]
"""A series that a rule has written: labels, times in ms, floats, and native histograms if any."""


class Overlay:
    """A recording whose series of the same rules are replaced by the replayed ones.

    A recording of a server that ran these rules holds their output too. A recorded series is
    hidden when its name is among `recordings`, and an `ALERTS` series when its alert is among
    `alerts`. What is not hidden is continued by what rules write.
    """

    def __init__(
        self, source: Source, *, recordings: Iterable[str] = (), alerts: Iterable[str] = ()
    ) -> None:
        self.source = source
        self.recordings = frozenset(recordings)
        self.alerts = frozenset(alerts)
        self._written: dict[str, list[_Stretch | _Aside]] = {}
        self._growing: dict[Labels, tuple[list[int], list[Any]]] = {}
        self._refused: list[tuple[Labels, int]] = []
        self._spill = Spill()

    def write(self, samples: Iterable[Written]) -> None:
        """Add series that a rule has written; a series that is there already is continued."""
        by_name: dict[str, list[Written]] = {}
        for series in samples:
            by_name.setdefault(series[0].name, []).append(series)
        for name, own in by_name.items():
            first = min(int(times[0]) for _, times, *_ in own)
            last = max(int(times[-1]) for _, times, *_ in own)
            self._written.setdefault(name, []).append(_Stretch(first, last, tuple(own)))

    def put_aside(self) -> None:
        """Move what has been written to disk; it is read back where somebody asks for its time."""
        for stretches in self._written.values():
            for number, stretch in enumerate(stretches):
                if isinstance(stretch, _Stretch):
                    stretches[number] = _Aside.of(stretch, self._spill)

    def append(self, labels: Labels, time: int, value: Any) -> None:
        """Add one float or native histogram, later than all that were appended to its series before."""
        times, values = self._growing.setdefault(labels, ([], []))
        if not times or times[-1] < time:
            times.append(time)
            values.append(value)
        elif not _same(values[-1], value) and not _is_marker(value):
            self._refused.append((labels, time))

    def select(self, matchers: Sequence[Matcher], start: int, end: int) -> Samples:
        """Return the recorded and the written series that satisfy all matchers."""
        recorded = self.source.select(matchers, start, end)
        written = list(self._select_written(matchers, start, end))
        hidden = [self._is_hidden(labels) for labels in recorded.labels]
        if not written and not any(hidden):
            return recorded
        if not len(recorded):
            return Samples.of(written)
        by_labels: dict[Labels, list[Part]] = {}
        for number, labels in enumerate(recorded.labels):
            if not hidden[number]:
                part = *recorded.series(number), _histograms(recorded, number)
                by_labels.setdefault(labels, []).append(part)
        for labels, times, values, histograms in written:
            by_labels.setdefault(labels, []).append((times, values, histograms))
        return Samples.of((labels, *_merge(parts)) for labels, parts in by_labels.items())

    def evaluate(self, expr: Expr, steps: Steps) -> Matrix | None:
        """Return the value of an expression that the source knows itself and that reads nothing rules write.

        Rules that are carried through time ask for one time after the other: they are not worth a request each.
        """
        if not isinstance(self.source, Evaluating) or len(steps) == 1 or self.is_read_by(expr):
            return None
        return self.source.evaluate(expr, steps)

    def is_read_by(self, expr: Expr) -> bool:
        """Tell whether an expression may read what rules write."""
        names = {*self.recordings, *self._written, ALERTS, ALERTS_FOR_STATE}
        for selector in walk(expr, Selector):
            conditions = [m for m in selector.conditions if m.name == METRIC_NAME]
            if any(all(m.matches(name) for m in conditions) for name in names):
                return True
        return False

    def span(self) -> tuple[int, int] | None:
        """Return the recording's span: rules write nothing outside it."""
        return self.source.span()

    def conflicts(self) -> Iterator[tuple[Labels, int]]:
        """Yield series and time (ms) of each value that a rule wrote where another was already.

        Prometheus keeps the value that is there and calls the rule unhealthy. A staleness marker
        that comes too late does no harm.
        """
        yield from self._refused
        by_labels: dict[Labels, list[Part]] = {}
        stretches = itertools.chain(*self._written.values())
        written = (stretch.series for stretch in stretches)
        for labels, times, values, histograms in itertools.chain.from_iterable(written):
            by_labels.setdefault(labels, []).append((times, values, histograms))
        for labels, (stamps, items) in self._growing.items():
            grown = np.array(stamps, np.int64), *_columns(items)
            by_labels.setdefault(labels, []).append(grown)
        for labels, parts in by_labels.items():
            for time in _clashes([*self._recorded(labels), *parts]):
                yield labels, time

    def _recorded(self, labels: Labels) -> Iterator[Part]:
        span = self.source.span()
        if span is None:
            return
        matchers = [Matcher(name, MatchOp.EQUAL, value) for name, value in labels.items()]
        samples = self.source.select(matchers, *span)
        for number, found in enumerate(samples.labels):
            if found == labels and not self._is_hidden(found):
                yield *samples.series(number), _histograms(samples, number)

    def _is_hidden(self, labels: Labels) -> bool:
        if labels.name in (ALERTS, ALERTS_FOR_STATE):
            return labels.get("alertname") in self.alerts
        return labels.name in self.recordings

    def _select_written(
        self, matchers: Sequence[Matcher], start: int, end: int
    ) -> Iterator[Written]:
        by_labels: dict[Labels, list[Part]] = {}
        names = [m for m in matchers if m.name == METRIC_NAME]
        for name, stretches in self._written.items():
            if not all(matcher.matches(name) for matcher in names):
                continue
            for stretch in stretches:
                for labels, times, values, histograms in stretch.within(start, end):
                    if all(matcher.matches(labels.get(matcher.name, "")) for matcher in matchers):
                        by_labels.setdefault(labels, []).append((times, values, histograms))
        for labels, (stamps, numbers) in self._growing.items():
            if all(matcher.matches(labels.get(matcher.name, "")) for matcher in matchers):
                low, high = bisect_left(stamps, start), bisect_right(stamps, end)
                grown = np.array(stamps[low:high], np.int64), *_columns(numbers[low:high])
                by_labels.setdefault(labels, []).append(grown)
        for labels, parts in by_labels.items():
            times, values, histograms = _merge(parts)
            first, last = np.searchsorted(times, start), np.searchsorted(times, end, "right")
            if first < last:
                cut = None if histograms is None else histograms[first:last]
                yield labels, times[first:last], values[first:last], cut


@attrs.frozen(eq=False)
class _Stretch:
    """What a rule wrote in one go, at times in [first, last] (ms), none of its series without samples."""

    first: int
    last: int
    series: tuple[Written, ...]

    def within(self, start: int, end: int) -> tuple[Written, ...]:
        """Return the series if there may be samples in [start, end]."""
        return self.series if self.first <= end and self.last >= start else ()


@attrs.frozen(eq=False)
class _Aside:
    """The same on disk, but for labels and native histograms."""

    first: int
    last: int
    spill: Spill
    times: Piece
    values: Piece
    parts: tuple[tuple[Labels, int, Objects | None], ...]
    """Labels and number of samples of each series."""

    @classmethod
    def of(cls, stretch: _Stretch, spill: Spill) -> _Aside:
        """Put a stretch aside."""
        return cls(
            stretch.first,
            stretch.last,
            spill,
            spill.put(np.concatenate([times for _, times, *_ in stretch.series])),
            spill.put(np.concatenate([values for *_, values, _ in stretch.series])),
            tuple((labels, len(times), objects) for labels, times, _, objects in stretch.series),
        )

    @property
    def series(self) -> tuple[Written, ...]:
        """The series, read back."""
        times, values = self.spill.get(self.times), self.spill.get(self.values)
        ends = list(itertools.accumulate(size for _, size, _ in self.parts))
        return tuple(
            (labels, times[end - size : end], values[end - size : end], objects)
            for (labels, size, objects), end in zip(self.parts, ends, strict=True)
        )

    def within(self, start: int, end: int) -> tuple[Written, ...]:
        """Return the series if there may be samples in [start, end]."""
        return self.series if self.first <= end and self.last >= start else ()


@attrs.frozen
class UpTo:
    """A source as it was at a time (ms), when nothing later was there yet."""

    source: Source
    time: int

    def select(self, matchers: Sequence[Matcher], start: int, end: int) -> Samples:
        """Return the series that satisfy all matchers, with no sample after the time."""
        last = min(end, self.time)
        return between(self.source.select(matchers, start, last), start, last)

    def span(self) -> tuple[int, int] | None:
        """Return first and last sample time in ms."""
        span = self.source.span()
        if span is None or span[0] > self.time:
            return None
        return span[0], min(span[1], self.time)


def _merge(parts: list[Part]) -> Part:
    """Join what several writers wrote to one series; of two samples at one time the first stays."""
    if len(parts) == 1:
        return parts[0]
    times, first = np.unique(np.concatenate([times for times, _, _ in parts]), return_index=True)
    values = np.concatenate([values for _, values, _ in parts])[first]
    if all(objects is None for *_, objects in parts):
        return times, values, None
    objects = [np.full(len(t), None, object) if o is None else o for t, _, o in parts]
    return times, values, np.concatenate(objects)[first]


def _clashes(parts: list[Part]) -> Iterator[int]:
    """Yield the times at which a later part has a value that differs from an earlier one's."""
    known: dict[int, Any] = {}
    for times, values, histograms in parts if len(parts) > 1 else ():
        objects = np.full(len(times), None, object) if histograms is None else histograms
        for time, value, item in zip(times.tolist(), values.tolist(), objects, strict=True):
            new = value if item is None else item
            if time not in known:
                known[time] = new
            elif not _same(known[time], new) and not _is_marker(new):
                yield time


def _same(one: Any, other: Any) -> bool:
    """Tell whether two floats or native histograms are the same to the last bit."""
    if isinstance(one, float) and isinstance(other, float):
        return struct.pack("<d", one) == struct.pack("<d", other)
    return type(one) is type(other) and bool(one.same_as(other))


def _is_marker(value: Any) -> bool:
    return isinstance(value, float) and _same(value, STALE_NAN)


def _columns(items: Sequence[Any]) -> tuple[Values, Objects | None]:
    """Return floats and native histograms apart: where one is a histogram the float is NaN."""
    if all(isinstance(item, float) for item in items):
        return np.array(items, float), None
    objects = np.empty(len(items), object)
    objects[:] = [None if isinstance(item, float) else item for item in items]
    return np.array([i if isinstance(i, float) else np.nan for i in items], float), objects


def _histograms(samples: Samples, number: int) -> Objects | None:
    if samples.histograms is None:
        return None
    return samples.histograms[samples.starts[number] : samples.starts[number + 1]]
