"""The backtest: rules replayed over recorded metrics, their pages scored against what really happened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Protocol, cast

import attrs

from mixwright.backtest.conditions import Condition, comparisons, observe_all
from mixwright.backtest.incidents import Incident, Tolerance
from mixwright.backtest.notify import Page, Timing, notify
from mixwright.backtest.score import Outcome, Score, outcomes, score
from mixwright.backtest.silence import Silence, silence
from mixwright.engine import Options
from mixwright.errors import RecordingError
from mixwright.frame import Source, Steps
from mixwright.model import Severity
from mixwright.replay.dependencies import ScheduledRule
from mixwright.replay.evaluation import Setting
from mixwright.replay.groups import Failure, Progress, Replay, Replayed, replay, schedule
from mixwright.replay.rules import AlertingRule, RuleFile, is_alert
from mixwright.replay.states import Episode
from mixwright.values import Duration, utc

DEFAULT_INTERVAL = Duration(60_000)
"""Prometheus' own default of `evaluation_interval`."""


class RatedAlert(AlertingRule, Protocol):
    """An alerting rule of which it is known what people do about it."""

    @property
    def severity(self) -> Severity:
        """Whether it pages, opens a ticket, or is only noted."""


class RuleSource(RuleFile, Protocol):
    """Rules with what a report calls them: a mixin, or a rule file of others."""

    @property
    def title(self) -> str:
        """What a report calls it."""


@attrs.frozen(kw_only=True, eq=False)
class AlertResult:
    """What one alerting rule did.

    `score` counts for recall only incidents that name the alert; without such, recall and F1 are
    `None`, because nobody said what the alert is for. `told` is what it told about. `silence` says why it never fired.
    """

    mixin: str
    group: str
    alert: RatedAlert
    steps: Steps
    episodes: tuple[Episode, ...]
    failures: tuple[Failure, ...]
    pages: tuple[Page, ...]
    told: tuple[Outcome, ...]
    conditions: tuple[Condition, ...]
    silence: Silence | None
    score: Score


@attrs.frozen(kw_only=True, eq=False)
class Backtest:
    """Everything there is to say about a replay; times are ms since the epoch.

    `score` is that of all pages and tickets together, `by_severity` has one for each that somebody is told.
    """

    mixins: tuple[str, ...]
    start: int
    end: int
    interval: Duration
    tolerance: Tolerance
    timing: Timing
    incidents: tuple[Incident, ...]
    alerts: tuple[AlertResult, ...]
    recordings: tuple[Replayed, ...]
    pages: tuple[Page, ...]
    outcomes: tuple[Outcome, ...]
    score: Score
    by_severity: dict[Severity, Score]

    @property
    def episodes(self) -> tuple[Episode, ...]:
        """All episodes of all alerts."""
        return tuple(episode for result in self.alerts for episode in result.episodes)

    @property
    def missed(self) -> tuple[Outcome, ...]:
        """The incidents of which nobody was told."""
        return tuple(outcome for outcome in self.outcomes if not outcome.detected)


def backtest(
    mixins: Sequence[RuleSource],
    source: Source,
    *,
    incidents: Sequence[Incident] = (),
    start: int | None = None,
    end: int | None = None,
    interval: Duration | None = None,
    tolerance: Tolerance | None = None,
    timing: Timing | None = None,
    memory: int | None = None,
    progress: Progress | None = None,
    watch: Callable[[Replay], None] | None = None,
) -> Backtest:
    """Replay the rules of resolved mixins, or of rule files, over [start, end] (ms; the recording's span by default).

    `interval` is for groups that name none, Prometheus' default of a minute by default. With
    `memory`, the most bytes that the process may take, this goes shard by shard through time.
    Incidents that lie wholly outside the span are left out. `watch` is told what the rules did.
    Raises `RecordingError` when there are no samples, or no evaluation, in the range.
    """
    start, end = _range(source, start, end)
    interval = interval or DEFAULT_INTERVAL
    tolerance, timing = tolerance or Tolerance(), timing or Timing()
    rules = schedule(mixins, interval=interval, start=start, end=end)
    if not rules and any(mixin.rules for mixin in mixins):
        raise RecordingError(
            f"no rule group is evaluated in a range of {Duration(end - start)}; "
            f"choose a longer range or an interval shorter than {interval}"
        )
    happened = tuple(i for i in incidents if i.end >= start and i.start <= end)
    setting = Setting(options=Options(memory=memory))
    done = replay(rules, source, progress, setting=setting)
    if watch is not None:
        watch(done)
    conditions = _conditions(done, progress)
    results = tuple(
        _result(replayed, conditions[id(replayed)], done, happened, start, end, tolerance, timing)
        for replayed in done.rules
        if is_alert(replayed.scheduled.rule)
    )
    pages = tuple(
        sorted((p for r in results for p in r.pages), key=lambda page: (page.onset, page.alert))
    )

    def overall(*severities: Severity) -> Score:
        return score(
            [page for page in pages if page.severity in severities],
            (e for r in results if r.alert.severity in severities for e in r.episodes),
            happened,
            start=start,
            end=end,
            tolerance=tolerance,
        )

    return Backtest(
        mixins=tuple(mixin.title for mixin in mixins),
        start=start,
        end=end,
        interval=interval,
        tolerance=tolerance,
        timing=timing,
        incidents=happened,
        alerts=results,
        recordings=tuple(r for r in done.rules if not is_alert(r.scheduled.rule)),
        pages=pages,
        outcomes=outcomes(pages, happened, tolerance),
        score=overall(Severity.PAGE, Severity.TICKET),
        by_severity={severity: overall(severity) for severity in (Severity.PAGE, Severity.TICKET)},
    )


def _range(source: Source, start: int | None, end: int | None) -> tuple[int, int]:
    span = source.span()
    if span is None:
        raise RecordingError("the recording has no samples")
    first, last = span
    if start is None:
        start = first
    if end is None:
        end = max(last, start)
    if start > end:
        raise RecordingError(f"the range ends before it starts: {utc(start)} … {utc(end)}")
    if start > last or end < first:
        raise RecordingError(
            f"no samples between {utc(start)} and {utc(end)}; "
            f"the recording goes from {utc(first)} to {utc(last)}"
        )
    return start, end


def _conditions(done: Replay, progress: Progress | None) -> dict[int, tuple[Condition, ...]]:
    """Evaluate what all alerts watch, alerts of the same times together."""
    found: dict[int, tuple[Condition, ...]] = {}
    alerts = [r for r in done.rules if is_alert(r.scheduled.rule)]

    def times(replayed: Replayed) -> tuple[int, int, int]:
        steps = replayed.scheduled.query_steps
        return steps.step, steps.start, steps.end

    if progress is not None:
        progress("watching values", 0, len(alerts))
    same_times = [list(group) for _, group in groupby(sorted(alerts, key=times), key=times)]
    watched = [
        [(r, comparison) for r in group for comparison in comparisons(r.scheduled.rule.expr)]
        for group in same_times
    ]
    observed = observe_all(
        [[(comparison, r.episodes) for r, comparison in batch] for batch in watched],
        [group[0].scheduled.query_steps for group in same_times],
        done,
    )
    for batch, conditions in zip(watched, observed, strict=True):
        for (replayed, _), condition in zip(batch, conditions, strict=True):
            found[id(replayed)] = (*found.get(id(replayed), ()), condition)
    if progress is not None:
        progress("watching values", len(alerts), len(alerts))
    return found


def _result(
    replayed: Replayed,
    conditions: tuple[Condition, ...],
    done: Replay,
    incidents: tuple[Incident, ...],
    start: int,
    end: int,
    tolerance: Tolerance,
    timing: Timing,
) -> AlertResult:
    scheduled: ScheduledRule = replayed.scheduled
    alert = cast(RatedAlert, scheduled.rule)
    pages = notify(alert.name, alert.severity, replayed.episodes, until=end, timing=timing)
    told = tuple(o for o in outcomes(pages, incidents, tolerance) if o.detected)
    named = tuple(incident for incident in incidents if alert.name in incident.alerts)
    scored = score(
        pages,
        replayed.episodes,
        named or tuple(outcome.incident for outcome in told),
        known=incidents,
        start=start,
        end=end,
        tolerance=tolerance,
    )
    return AlertResult(
        mixin=scheduled.mixin,
        group=scheduled.group.name,
        alert=alert,
        steps=scheduled.steps,
        episodes=replayed.episodes,
        failures=replayed.failures,
        pages=pages,
        told=told,
        conditions=conditions,
        silence=silence(alert, replayed.episodes, conditions, done.source, scheduled.query_steps),
        score=scored if named else attrs.evolve(scored, recall=None, f1=None),
    )
