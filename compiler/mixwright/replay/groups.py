"""The replay: every rule of every group evaluated at its own times, seeing what earlier rules wrote."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import TypeAlias

import attrs
import numpy as np

from mixwright.frame import Mask, Source, Steps
from mixwright.model import Mixin
from mixwright.replay import written
from mixwright.replay.alerting import Alerting, Results
from mixwright.replay.carried import Carried, carry
from mixwright.replay.dependencies import ScheduledRule, stages
from mixwright.replay.evaluation import Evaluated, Setting, evaluate_rules
from mixwright.replay.overlay import Overlay
from mixwright.replay.rules import is_alert
from mixwright.replay.schedule import group_steps
from mixwright.replay.states import Episode
from mixwright.values import Duration

_DEFAULTS = Setting()

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


@attrs.frozen
class Failure:
    """An evaluation that failed: its time in ms, and Prometheus' message."""

    time: int
    message: str


@attrs.frozen(kw_only=True)
class Replayed:
    """What one rule did: an alert's episodes, a recording rule's number of series, and what failed.

    For an alert whose results are kept, `results` tells what the evaluation of a number (from 0) found.
    """

    scheduled: ScheduledRule
    episodes: tuple[Episode, ...] = ()
    series: int = 0
    failures: tuple[Failure, ...] = ()
    alerting: Alerting | None = None
    results: Callable[[int], Results] | None = None


@attrs.frozen
class Replay:
    """What all rules did, in the order of the mixins, and the samples with those that rules wrote."""

    rules: tuple[Replayed, ...]
    source: Overlay


def schedule(
    mixins: Sequence[Mixin], *, interval: Duration, start: int, end: int
) -> tuple[ScheduledRule, ...]:
    """Return the rules of all mixins with their evaluation times in [start, end]."""
    return tuple(
        ScheduledRule(mixin=mixin.name, group=group, position=position, rule=rule, steps=steps)
        for mixin in mixins
        for group in mixin.rules
        if (steps := group_steps(group, mixin=mixin.name, interval=interval, start=start, end=end))
        for position, rule in enumerate(group.rules)
    )


def replay(
    rules: Sequence[ScheduledRule],
    source: Source,
    progress: Progress | None = None,
    *,
    setting: Setting = _DEFAULTS,
    hiding: bool = True,
) -> Replay:
    """Evaluate rules over their times; one that fails is marked and the run goes on.

    Rules are taken stage by stage: first those that read only the recording, then those that read
    what these wrote, and so on; rules of one stage and equal times are evaluated together. With
    `hiding`, recorded series that the rules write themselves are not seen.
    """
    alerts = {s.rule.name for s in rules if is_alert(s.rule)}
    recordings = {s.rule.name for s in rules if not is_alert(s.rule)}
    overlay = Overlay(source, recordings=recordings, alerts=alerts) if hiding else Overlay(source)
    done: dict[int, Replayed] = {}

    def told() -> None:
        if progress is not None:
            progress("evaluating rules", len(done), len(rules))

    for stage in stages(rules):
        told()
        if stage.carried:
            for carried in carry(stage.rules, overlay, setting):
                done[id(carried.scheduled)] = _carried(carried, setting)
            continue
        for batch in _batches(stage.rules):
            exprs = [scheduled.rule.expr for scheduled in batch]
            evaluated = evaluate_rules(exprs, overlay, batch[0].query_steps, setting.options)
            for scheduled, result in zip(batch, evaluated, strict=True):
                done[id(scheduled)] = _replayed(scheduled, result, overlay, setting)
    told()
    return Replay(tuple(done[id(scheduled)] for scheduled in rules), overlay)


def _batches(rules: Iterable[ScheduledRule]) -> Iterable[list[ScheduledRule]]:
    """Group rules by their times, so that the engine can share work among them."""

    def times(scheduled: ScheduledRule) -> tuple[int, int, int]:
        steps = scheduled.query_steps
        return steps.step, steps.start, steps.end

    return (list(batch) for _, batch in groupby(sorted(rules, key=times), key=times))


def _replayed(
    scheduled: ScheduledRule, result: Evaluated, overlay: Overlay, setting: Setting
) -> Replayed:
    """Turn a rule's values into what it writes and, for an alert, into episodes."""
    rule = scheduled.rule
    if is_alert(rule):
        alerting = Alerting.of(scheduled, rule, overlay, setting)
        return _alerted(alerting, result, overlay, keeps_results=setting.keeps_results)
    return _recorded(scheduled, result, overlay)


def _alerted(
    alerting: Alerting, result: Evaluated, overlay: Overlay, *, keeps_results: bool
) -> Replayed:
    scheduled = alerting.scheduled
    found, failures = alerting.episodes(result)
    all_times = scheduled.steps.times
    times = all_times[_all_but(failures, scheduled.steps)]
    labels = scheduled.labels
    overlay.write(written.alerts(alerting.alert.name, labels, found, times, scheduled.offset))

    def results(step: int) -> Results:
        return alerting.results(result.matrix, step, int(all_times[step]))

    return Replayed(
        scheduled=scheduled,
        episodes=tuple(map(alerting.annotated, found)),
        series=len(result.matrix),
        failures=_failures(failures, scheduled.steps),
        alerting=alerting,
        results=results if keeps_results else None,
    )


def _recorded(scheduled: ScheduledRule, result: Evaluated, overlay: Overlay) -> Replayed:
    matrix, failures = result.matrix, dict(result.failures)
    name, own = scheduled.rule.name, scheduled.labels
    identities = [written.recorded_labels(name, own, labels) for labels in matrix.labels]
    clash = written.duplicates(identities, matrix.present)
    failures |= {int(step): written.DUPLICATE_SERIES for step in np.flatnonzero(clash)}
    if limit := scheduled.group.limit:
        count = matrix.present.sum(axis=0)
        for step in np.flatnonzero(count > limit).tolist():
            failures.setdefault(step, f"exceeded limit of {limit} with {count[step]} series")
    succeeded = _all_but(failures, scheduled.steps)
    overlay.write(written.recorded(identities, matrix, matrix.steps.times, succeeded))
    return Replayed(
        scheduled=scheduled,
        series=len(set(identities)),
        failures=_failures(failures, scheduled.steps),
    )


def _carried(carried: Carried, setting: Setting) -> Replayed:
    machine, alerting = carried.machine, carried.alerting
    kept = setting.keeps_results and alerting is not None
    found = () if machine is None or alerting is None else machine.finish()
    return Replayed(
        scheduled=carried.scheduled,
        episodes=tuple(map(alerting.annotated, found)) if alerting is not None else (),
        series=len(carried.seen),
        failures=_failures(carried.failures, carried.scheduled.steps),
        alerting=alerting,
        results=(lambda step: carried.results.get(step, {})) if kept else None,
    )


def _all_but(failures: dict[int, str], steps: Steps) -> Mask:
    mask = np.ones(len(steps), dtype=bool)
    mask[list(failures)] = False
    return mask


def _failures(failures: dict[int, str], steps: Steps) -> tuple[Failure, ...]:
    times = steps.times
    return tuple(Failure(int(times[step]), failures[step]) for step in sorted(failures))
