"""A recording as witness: what selectors matched and when, what rules gave, and what they read.

Rules are replayed first, so that what reads a recorded series sees what its rule would have written.
Nothing heavy is loaded before a recording is asked for.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import attrs

from mixwright.lint.profile import Profile
from mixwright.lint.things import AnyMixin
from mixwright.promql import Expr, Range, Selector, Subquery, children
from mixwright.values import Labels, Matcher, utc

if TYPE_CHECKING:
    from mixwright.frame import Matrix, Samples, Source, Steps
    from mixwright.recordings import Recording
    from mixwright.replay.groups import Replay, Replayed

Progress = Callable[[str, int, int], None]


@attrs.frozen
class Seen:
    """When something was there: its first and last sample in ms, and how many series it had."""

    first: int
    last: int
    series: int

    def __str__(self) -> str:
        return f"from {utc(self.first)} to {utc(self.last)}"


@attrs.frozen
class Cost:
    """What one evaluation of an expression reads."""

    series: int
    samples: int


@attrs.define(eq=False)
class Witness:
    """A recording, and what the rules of some mixins make of it."""

    recording: Recording
    mixins: tuple[AnyMixin, ...]
    profile: Profile
    progress: Progress | None = None

    @cached_property
    def span(self) -> tuple[int, int]:
        """The times of the first and the last sample, in ms."""
        return self.recording.span() or (0, 0)

    @cached_property
    def names(self) -> Mapping[str, tuple[Labels, ...]]:
        """The recorded series by metric name."""
        found: dict[str, list[Labels]] = {}
        for labels in self.recording.series():
            found.setdefault(labels.name, []).append(labels)
        return {name: tuple(series) for name, series in found.items()}

    def series(self, selector: Selector) -> tuple[Labels, ...]:
        """Return the recorded series that satisfy a selector, whenever they were there."""
        if selector.name is None:
            candidates = tuple(labels for series in self.names.values() for labels in series)
        else:
            candidates = self.names.get(selector.name, ())
        return tuple(labels for labels in candidates if _satisfies(labels, selector.conditions))

    @functools.cache  # noqa: B019 - one witness lives as long as a run
    def seen(self, selector: Selector) -> Seen | None:
        """Return when a selector matched anything, or nothing when it never did."""
        samples = self.samples(selector)
        if not samples.sample_count:
            return None
        first, last = samples.span() or (0, 0)
        return Seen(first, last, len(samples))

    def samples(self, selector: Selector) -> Samples:
        """Return all samples of a selector, those that rules wrote among them, without stale markers."""
        from mixwright.engine.operators.windows import without_stale

        return without_stale(self.source.select(selector.conditions, *self.span))

    @cached_property
    def steps(self) -> Steps:
        """The times at which expressions are evaluated here."""
        from mixwright.frame import Steps

        start, end = self.span
        interval = self.profile.evaluation_interval.ms
        return Steps(min(end, start + interval), end, interval)

    @functools.cache  # noqa: B019
    def values(self, expr: Expr) -> Matrix | None:
        """Return what an expression gives at all steps, or nothing when it fails at one of them."""
        from mixwright.engine import evaluate_each
        from mixwright.errors import EvaluationError

        (result,) = evaluate_each((expr,), self.source, self.steps)
        return None if isinstance(result, EvaluationError) else result

    @property
    def source(self) -> Source:
        """The recording with what the rules wrote."""
        return self._replay.source

    def replayed(self, rule: object) -> Replayed | None:
        """Return what a rule did."""
        return self._by_rule.get(id(rule))

    def cost(self, expr: Expr) -> Cost:
        """Return how much one evaluation reads at the end of the recording."""
        series, samples = 0, 0
        for selector, window in _reads(expr):
            back = window or self.profile.lookback.ms
            found = self.source.select(selector.conditions, self.span[1] - back, self.span[1])
            series += len(found)
            samples += found.sample_count if window else len(found)
        return Cost(series, samples)

    @cached_property
    def _by_rule(self) -> Mapping[int, Replayed]:
        return {id(done.scheduled.rule): done for done in self._replay.rules}

    @cached_property
    def _replay(self) -> Replay:
        from mixwright.replay.groups import replay, schedule

        start, end = self.span
        interval = self.profile.evaluation_interval
        rules = schedule(self.mixins, interval=interval, start=start, end=end)
        return replay(rules, self.recording, self.progress)


def _satisfies(labels: Labels, matchers: Sequence[Matcher]) -> bool:
    return all(matcher.matches(labels.get(matcher.name, "")) for matcher in matchers)


def _reads(expr: Expr, around: int = 0) -> list[tuple[Selector, int]]:
    """Return the selectors of an expression, each with its window in ms; 0 where one sample is read."""
    match expr:
        case Selector():
            return [(expr, around)]
        case Range(selector, window):
            return [(selector, around + window.ms)]
        case Subquery(inner, window):
            return _reads(inner, around + window.ms)
    return [pair for child in children(expr) for pair in _reads(child, around)]
