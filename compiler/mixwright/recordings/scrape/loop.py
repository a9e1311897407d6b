"""What the scrapes of one target say: samples, staleness markers, and the report on each scrape.

Source: `scrapeLoop.scrapeAndReport` and `scrapeCache` of Prometheus, `scrape/scrape.go`.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import attrs

from mixwright.errors import RecordingError
from mixwright.frame import STALE_NAN
from mixwright.recordings.exposition import ExposedSample, Exposition
from mixwright.recordings.recording import Metadata
from mixwright.recordings.scrape.fetching import Answer
from mixwright.recordings.scrape.target import Target
from mixwright.recordings.text import Lines
from mixwright.values import METRIC_NAME, Labels

Sample = tuple[Labels, int, float]
"""Labels, time in ms, value."""

_OLDEST: Final = 3_600_000
_NEWEST: Final = 600_000
"""How far a timestamp may lie before and after its scrape (ms): half a block, and `maxAheadTime`."""


@attrs.define
class _Series:
    """A series as its target writes it, and what it is called in the recording."""

    labels: Labels
    scrape: int


@attrs.define
class _Scrape:
    """What came of one scrape so far; `total`, `added` and `new` are what the report counts."""

    samples: list[Sample] = attrs.field(factory=list)
    last: dict[Labels, tuple[int, float]] = attrs.field(factory=dict)
    total: int = 0
    added: int = 0
    new: int = 0


class TargetLoop:
    """One target from scrape to scrape."""

    def __init__(self, target: Target) -> None:
        self.target = target
        self.metadata: dict[str, Metadata] = {}
        self._texts: dict[str, Labels] = {}
        self._cache: dict[str, _Series] = {}
        self._scrape = 0
        self._alive: set[Labels] = set()
        self._seen: set[Labels] = set()
        self._last: dict[Labels, tuple[int, float]] = {}
        self._reports = [
            target.labels.with_({METRIC_NAME: name})
            for name in (
                "up",
                "scrape_duration_seconds",
                "scrape_samples_scraped",
                "scrape_samples_post_metric_relabeling",
                "scrape_series_added",
            )
        ]

    def take(
        self, answer: Answer | RecordingError, time: int, duration: float
    ) -> tuple[list[Sample], RecordingError | None]:
        """Return the samples of a scrape at `time` (ms) that took `duration` seconds, and why it failed, if it did."""
        failure = answer if isinstance(answer, RecordingError) else None
        done = _Scrape()
        read = isinstance(answer, Answer) and bool(answer.body)
        if isinstance(answer, Answer) and read:
            try:
                self._append(answer, time, done)
            except RecordingError as error:
                # Nothing is kept of a scrape that cannot be read to its end. What it had so far stays
                # among what was seen, as in Prometheus, and is not marked stale before the next scrape.
                failure, done.samples, done.last = error, [], {}
        self._mark_stale(time, done)
        self._next(flush=read and failure is None)
        self._last.update(done.last)
        counts = done.total, done.added, done.new
        report = (0.0 if failure else 1.0, duration, *map(float, counts))
        done.samples += [(s, time, v) for s, v in zip(self._reports, report, strict=True)]
        return done.samples, failure

    def _append(self, answer: Answer, time: int, done: _Scrape) -> None:
        lines = _Body(self.target.url, answer)
        exposition = Exposition(self._texts)
        for line in lines:
            sample = exposition.read(line, lines)
            if sample is None:
                continue
            own = None if sample.time is None else _milliseconds(sample.time, answer, lines)
            done.total += 1
            self._take(sample, own, lines, time, done)
            done.added += 1
        self.metadata.update(exposition.metadata)

    def _take(
        self, sample: ExposedSample, own: int | None, lines: Lines, time: int, done: _Scrape
    ) -> None:
        """Take a sample in, at its `own` time if it has one."""
        at = time if own is None else own
        series = self._cache.get(sample.series)
        fresh = series is None
        if series is None:
            if not sample.labels.name:
                lines.fail("is a series without a name")
            series = _Series(_with_target_labels(sample.labels, self.target.labels), self._scrape)
        repeated = not fresh and series.scrape == self._scrape
        series.scrape = self._scrape
        if repeated and own is None:
            return
        if not time - _OLDEST <= at <= time + _NEWEST:
            return
        known = done.last.get(series.labels) or self._last.get(series.labels)
        last_time, last_value = known or (at - 1, 0.0)
        if at < last_time or (at == last_time and sample.value != last_value):
            return
        if at > last_time:
            done.samples.append((series.labels, at, sample.value))
            done.last[series.labels] = (at, sample.value)
        if fresh:
            self._cache[sample.series] = series
            done.new += 1
        if own is None:
            # A target that says its own times is trusted with the end of its series, too.
            self._seen.add(series.labels)

    def _mark_stale(self, time: int, done: _Scrape) -> None:
        for labels in sorted(self._alive - self._seen):
            if self._last.get(labels, (time - 1, 0.0))[0] < time:
                done.samples.append((labels, time, STALE_NAN))
                done.last[labels] = (time, STALE_NAN)

    def _next(self, *, flush: bool) -> None:
        """Begin the next scrape; after a sound one, forget the series that it did not have."""
        if flush:
            self._cache = {t: s for t, s in self._cache.items() if s.scrape == self._scrape}
            if len(self._texts) > 2 * len(self._cache):
                self._texts = {t: self._texts[t] for t in self._cache if t in self._texts}
            kept = {series.labels for series in self._cache.values()}
            self._last = {labels: last for labels, last in self._last.items() if labels in kept}
        self._alive, self._seen = self._seen, set()
        self._scrape += 1


class _Body(Lines):
    """The lines of an answer."""

    def __init__(self, url: str, answer: Answer) -> None:
        super().__init__(url)
        self._answer = answer

    def __iter__(self) -> Iterator[str]:
        try:
            lines = self._answer.body.decode().split("\n")
        except UnicodeDecodeError as error:
            self.fail(f"is not UTF-8: {error.reason}")
        last = "# EOF" if self._answer.openmetrics else None
        for line in lines:
            self.number += 1
            if line == last:
                return
            yield line
        if last:
            self.fail("is the last one, but not `# EOF`; the answer is cut off")


def _milliseconds(text: str, answer: Answer, lines: Lines) -> int:
    try:
        return int(float(text) * 1000) if answer.openmetrics else int(text)
    except (ValueError, OverflowError):
        lines.fail(f"has `{text}` where a time is expected")


def _with_target_labels(exposed: Labels, target: Labels) -> Labels:
    """Put a target's labels on a series; what it has of that name is called `exported_…` (`mutateSampleLabels`)."""
    labels = dict(exposed.pairs)
    clashes = {name: labels[name] for name in target if name in labels}
    labels.update(target)
    for name, value in sorted(clashes.items(), key=lambda item: len(item[0])):
        while name in labels:
            name = f"exported_{name}"
        labels[name] = value
    return Labels(labels)
