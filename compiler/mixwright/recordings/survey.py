"""What a recording holds, found by reading all of it: targets, metrics, gaps; every checksum is verified on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import attrs
import numpy as np

from mixwright.frame import Samples, Times, is_histogram, is_stale
from mixwright.recordings.damage import Damage
from mixwright.recordings.intervals import clock_interval
from mixwright.recordings.recording import Recording, RecordingInfo
from mixwright.values import Labels

_WINDOW: Final = 6 * 3_600_000
_MOST_WINDOWS: Final = 1000
"""Milliseconds that are read at once, unless that would be too often."""
LONGEST_GAP: Final = 3
"""Intervals without a sample that are taken for scrapes that came late or never; more is a gap."""


@attrs.frozen
class Gap:
    """A time (ms) in which a target has no samples."""

    start: int
    end: int


@attrs.frozen
class TargetSurvey:
    """One target: `interval` in ms, `None` when no series has two samples."""

    job: str
    instance: str
    series: int
    samples: int
    interval: int | None
    gaps: tuple[Gap, ...]


@attrs.frozen
class MetricSurvey:
    """One metric name."""

    name: str
    series: int
    samples: int


@attrs.frozen
class Survey:
    """Everything that was counted."""

    targets: tuple[TargetSurvey, ...]
    metrics: tuple[MetricSurvey, ...]
    samples: int
    histograms: int
    markers: int


@attrs.frozen
class Description:
    """All that is known of the recording at `path`, which takes `size` bytes; what `damage` was met on the way."""

    path: Path
    size: int
    info: RecordingInfo
    survey: Survey
    damage: Damage


def survey(recording: Recording) -> Survey:
    """Read all samples, a few hours at a time, and count."""
    counts = _Counts()
    for samples in _windows(recording):
        counts.take(samples)
    return Survey(
        targets=tuple(counts.targets()),
        metrics=tuple(
            MetricSurvey(name, len(counts.metric_series[name]), count)
            for name, count in sorted(counts.metrics.items())
        ),
        samples=sum(counts.metrics.values()),
        histograms=counts.histograms,
        markers=counts.markers,
    )


def _windows(recording: Recording) -> Iterator[Samples]:
    start, end = recording.span() or (0, -1)
    # A single sample of another century must not make for a million windows.
    length = max(_WINDOW, (end - start) // _MOST_WINDOWS)
    for first in range(start, end + 1, length):
        yield recording.select((), first, min(first + length - 1, end))


class _Counts:
    def __init__(self) -> None:
        self.metrics: Counter[str] = Counter()
        self.metric_series: dict[str, set[Labels]] = {}
        self.histograms = 0
        self.markers = 0
        self._samples: Counter[tuple[str, str]] = Counter()
        self._series: dict[tuple[str, str], set[Labels]] = {}
        self._times: dict[tuple[str, str], list[Times]] = {}

    def take(self, samples: Samples) -> None:
        """Count the samples of one window."""
        sizes = np.diff(samples.starts).tolist()
        clocks: dict[tuple[str, str], set[int]] = {}
        for labels, size, clock in zip(samples.labels, sizes, samples.clock.tolist(), strict=True):
            target = labels.get("job", ""), labels.get("instance", "")
            self.metrics[labels.name] += size
            self.metric_series.setdefault(labels.name, set()).add(labels)
            self._samples[target] += size
            self._series.setdefault(target, set()).add(labels)
            clocks.setdefault(target, set()).add(clock)
        for target, used in clocks.items():
            parts = [samples.times[slice(*samples.clock_starts[c : c + 2])] for c in sorted(used)]
            self._times.setdefault(target, []).append(np.unique(np.concatenate(parts)))
        self.markers += int(is_stale(samples.values).sum())
        if samples.histograms is not None:
            self.histograms += int(is_histogram(samples.histograms).sum())

    def targets(self) -> Iterator[TargetSurvey]:
        """Yield what was found of each target."""
        for (job, instance), parts in sorted(self._times.items()):
            times = np.concatenate(parts)
            interval = clock_interval(times)
            gaps = []
            if interval:
                wide = np.flatnonzero(np.diff(times) > LONGEST_GAP * interval)
                gaps = [Gap(int(times[n]), int(times[n + 1])) for n in wide.tolist()]
            yield TargetSurvey(
                job,
                instance,
                len(self._series[job, instance]),
                self._samples[job, instance],
                interval,
                tuple(gaps),
            )
