"""A source of samples with what the replayed rules have written laid over what was recorded."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from mixwright.frame import Objects, Samples, Source, Times, Values
from mixwright.values import METRIC_NAME, Labels, Matcher

ALERTS, ALERTS_FOR_STATE = "ALERTS", "ALERTS_FOR_STATE"


class Overlay:
    """A recording whose series of the same rules are replaced by the replayed ones.

    A recording of a server that ran these rules holds their output too. A recorded series is
    hidden when a replayed recording rule writes its name, and an `ALERTS` series when its alert
    is replayed.
    """

    def __init__(
        self, source: Source, *, recordings: Iterable[str] = (), alerts: Iterable[str] = ()
    ) -> None:
        self.source = source
        self.recordings = frozenset(recordings)
        self.alerts = frozenset(alerts)
        self._written: dict[str, list[tuple[Labels, Times, Values]]] = {}
        self._growing: dict[Labels, tuple[list[int], list[float]]] = {}

    def write(self, samples: Iterable[tuple[Labels, Times, Values]]) -> None:
        """Add series that a rule has written; a series that is there already is continued."""
        for labels, times, values in samples:
            self._written.setdefault(labels.name, []).append((labels, times, values))

    def append(self, labels: Labels, time: int, value: float) -> None:
        """Add one sample, later than all that were appended to its series before."""
        times, values = self._growing.setdefault(labels, ([], []))
        if not times or times[-1] < time:
            times.append(time)
            values.append(value)

    def select(self, matchers: Sequence[Matcher], start: int, end: int) -> Samples:
        """Return the recorded and the written series that satisfy all matchers."""
        recorded = self.source.select(matchers, start, end)
        written = list(self._select_written(matchers, start, end))
        hidden = [self._is_hidden(labels) for labels in recorded.labels]
        if not written and not any(hidden):
            return recorded
        if not len(recorded):
            return Samples.of(written)
        kept = (
            (labels, *recorded.series(number), _histograms(recorded, number))
            for number, labels in enumerate(recorded.labels)
            if not hidden[number]
        )
        return Samples.of([*kept, *written])

    def span(self) -> tuple[int, int] | None:
        """Return the recording's span: rules write nothing outside it."""
        return self.source.span()

    def _is_hidden(self, labels: Labels) -> bool:
        if labels.name in (ALERTS, ALERTS_FOR_STATE):
            return labels.get("alertname") in self.alerts
        return labels.name in self.recordings

    def _select_written(
        self, matchers: Sequence[Matcher], start: int, end: int
    ) -> Iterator[tuple[Labels, Times, Values]]:
        by_labels: dict[Labels, list[tuple[Times, Values]]] = {}
        names = [m for m in matchers if m.name == METRIC_NAME]
        for name, series in self._written.items():
            if not all(matcher.matches(name) for matcher in names):
                continue
            for labels, times, values in series:
                if all(matcher.matches(labels.get(matcher.name, "")) for matcher in matchers):
                    by_labels.setdefault(labels, []).append((times, values))
        for labels, (stamps, numbers) in self._growing.items():
            if all(matcher.matches(labels.get(matcher.name, "")) for matcher in matchers):
                low, high = bisect_left(stamps, start), bisect_right(stamps, end)
                part = (np.array(stamps[low:high], np.int64), np.array(numbers[low:high], float))
                by_labels.setdefault(labels, []).append(part)
        for labels, parts in by_labels.items():
            times, values = _merge(parts)
            first, last = np.searchsorted(times, start), np.searchsorted(times, end, "right")
            if first < last:
                yield labels, times[first:last], values[first:last]


def _merge(parts: list[tuple[Times, Values]]) -> tuple[Times, Values]:
    """Join what several writers wrote to one series; of two samples at one time the first stays."""
    if len(parts) == 1:
        return parts[0]
    times, first = np.unique(np.concatenate([times for times, _ in parts]), return_index=True)
    return times, np.concatenate([values for _, values in parts])[first]


def _histograms(samples: Samples, number: int) -> Objects | None:
    if samples.histograms is None:
        return None
    return samples.histograms[samples.starts[number] : samples.starts[number + 1]]
