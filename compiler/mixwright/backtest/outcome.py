"""The backtest: rules replayed over recorded metrics, their pages scored against what really happened."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from typing import Protocol, cast

import attrs
import numpy as np

from mixwright.alertmanager import Config, Flush, Silence, compiled_config
from mixwright.backtest.conditions import Condition, comparisons, observe_all
from mixwright.backtest.incidents import Incident, Tolerance
from mixwright.backtest.notify import Fired, Page, Told, notify
from mixwright.backtest.score import Outcome, Score, outcomes, score
from mixwright.backtest.silence import Silence as Silenced
from mixwright.backtest.silence import silence
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


def alerts_of(source: RuleSource) -> Iterator[RatedAlert]:
    """Yield the alerts of a mixin or a rule file."""
    for group in source.rules:
        for rule in group.rules:
            if is_alert(rule):
                yield cast(RatedAlert, rule)


@attrs.frozen(kw_only=True, eq=False)
class AlertResult:
    """What one alerting rule did.

    `score` counts for recall only incidents that name the alert; without such, recall and F1 are
    `None`, because nobody said what the alert is for. `told` is what it told about. `silence` says why it never fired,
    `held` of how many firing episodes nobody was told, by reason.
    """

    mixin: str
    group: str
    alert: RatedAlert
    steps: Steps
    episodes: tuple[Episode, ...]
    failures: tuple[Failure, ...]
    pages: tuple[Page, ...]
    told: tuple[Outcome, ...]
    held: dict[str, int]
    conditions: tuple[Condition, ...]
    silence: Silenced | None
    score: Score

    @property
    def near_misses(self) -> tuple[Episode, ...]:
        """Episodes that were pending for half of what the alert must last, or more, and did not fire."""
        return tuple(
            episode
            for episode in self.episodes
            if not episode.fired
            and episode.resolved_at is not None
            and 2 * (episode.resolved_at - episode.active_at) >= self.alert.hold.ms
        )


@attrs.frozen(kw_only=True, eq=False)
class Backtest:
    """Everything there is to say about a replay; times are ms since the epoch.

    `score` is that of all pages and tickets together, `by_severity` has one for each that somebody is told.
    `flushes` are all that Alertmanager did, notifications of every integration among them.
    """

    mixins: tuple[str, ...]
    start: int
    end: int
    interval: Duration
    tolerance: Tolerance
    alertmanager: Config
    incidents: tuple[Incident, ...]
    alerts: tuple[AlertResult, ...]
    recordings: tuple[Replayed, ...]
    pages: tuple[Page, ...]
    flushes: tuple[Flush, ...]
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
    alertmanager: Config | None = None,
    silences: Sequence[Silence] = (),
    memory: int | None = None,
    progress: Progress | None = None,
    watch: Callable[[Replay], None] | None = None,
) -> Backtest:
    """Replay the rules of resolved mixins, or of rule files, over [start, end] (ms; the recording's span by default).

    `interval` is for groups that name none, Prometheus' default of a minute by default. With
    `memory`, the most bytes that the process may take, this goes shard by shard through time.
    `alertmanager` is the routing, that which the mixins imply by default. Incidents that lie wholly outside the
    span are left out. `watch` is told what the rules did.
    Raises `RecordingError` when there are no samples, or no evaluation, in the range.
    """
    start, end = covered_range(source, start, end)
    interval = interval or DEFAULT_INTERVAL
    tolerance, config = tolerance or Tolerance(), alertmanager or compiled_config(mixins)
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
    fired = [r for r in done.rules if is_alert(r.scheduled.rule)]
    told = notify(map(_fired, fired), config, until=end, silences=silences)
    results = tuple(
        _result(replayed, conditions[id(replayed)], done, told, happened, start, end, tolerance)
        for replayed in fired
    )
    pages = told.pages

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
        alertmanager=config,
        incidents=happened,
        alerts=results,
        recordings=tuple(r for r in done.rules if not is_alert(r.scheduled.rule)),
        pages=pages,
        flushes=told.simulation.flushes,
        outcomes=outcomes(pages, happened, tolerance),
        score=overall(Severity.PAGE, Severity.TICKET),
        by_severity={severity: overall(severity) for severity in (Severity.PAGE, Severity.TICKET)},
    )


def covered_range(source: Source, start: int | None, end: int | None) -> tuple[int, int]:
    """Return the span (ms) to look at, that of the samples by default; refuse one without samples."""
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


def _fired(replayed: Replayed) -> Fired:
    """Return what a rule sends to Alertmanager: at evaluations that failed, nothing."""
    scheduled = replayed.scheduled
    alert = cast(RatedAlert, scheduled.rule)
    failed = [failure.time for failure in replayed.failures]
    times = scheduled.steps.times
    return Fired(
        severity=alert.severity,
        episodes=replayed.episodes,
        times=times[~np.isin(times, failed)],
        interval=scheduled.steps.step,
    )


def _result(
    replayed: Replayed,
    conditions: tuple[Condition, ...],
    done: Replay,
    sent: Told,
    incidents: tuple[Incident, ...],
    start: int,
    end: int,
    tolerance: Tolerance,
) -> AlertResult:
    scheduled: ScheduledRule = replayed.scheduled
    alert = cast(RatedAlert, scheduled.rule)
    own = frozenset(replayed.episodes)
    pages = tuple(page for page in sent.pages if not own.isdisjoint(page.episodes))
    named = tuple(incident for incident in incidents if alert.name in incident.alerts)
    told = tuple(o for o in outcomes(pages, incidents, tolerance) if o.pages)
    scored = score(
        pages,
        replayed.episodes,
        named or tuple(outcome.incident for outcome in told),
        known=incidents,
        start=start,
        end=end,
        tolerance=tolerance,
    )
    paged = {episode for page in pages for episode in page.episodes}
    untold = (why for e in replayed.episodes if e not in paged for why in sent.held.get(e, ()))
    return AlertResult(
        mixin=scheduled.mixin,
        group=scheduled.group.name,
        alert=alert,
        steps=scheduled.steps,
        episodes=replayed.episodes,
        failures=replayed.failures,
        pages=pages,
        told=told,
        held=dict(sorted(Counter(untold).items())),
        conditions=conditions,
        silence=silence(alert, replayed.episodes, conditions, done.source, scheduled.query_steps),
        score=scored if named else _without_recall(scored),
    )


def _without_recall(scored: Score) -> Score:
    """Return a score of an alert of which nobody said what it is for."""
    return attrs.evolve(
        scored,
        recall=None,
        recall_interval=None,
        recall_within=(),
        f1=None,
        f1_interval=None,
        chance_recall=None,
        lift=None,
    )
