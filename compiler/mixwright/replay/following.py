"""Rules followed through time, a shard of evaluations at a time: what they write, and what is kept of them."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import numpy as np

from mixwright.errors import EvaluationError
from mixwright.frame import Mask, Matrix, Steps
from mixwright.replay import written
from mixwright.replay.alerting import Alerting, Results
from mixwright.replay.dependencies import ScheduledRule
from mixwright.replay.evaluation import Evaluated, Setting
from mixwright.replay.overlay import Overlay
from mixwright.replay.rules import is_alert
from mixwright.replay.states import Episode, Lives, Machine
from mixwright.values import Labels


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


def follower(scheduled: ScheduledRule, overlay: Overlay, setting: Setting) -> Recorded | Alerts:
    """Return what follows a rule that is evaluated over many times at once."""
    rule = scheduled.rule
    if is_alert(rule):
        alerting = Alerting.of(scheduled, rule, overlay, setting)
        fixed = alerting.is_static and not scheduled.group.limit
        states = alerting.lives() if fixed else alerting.machine()
        return Alerts(scheduled, overlay, alerting, states, setting.keeps_results)
    return Recorded(scheduled, overlay)


@attrs.define
class Recorded:
    """A recording rule: the series that it wrote, and those that it wrote last."""

    scheduled: ScheduledRule
    overlay: Overlay
    _series: set[Labels] = attrs.field(factory=set, init=False)
    _last: tuple[Labels, ...] = attrs.field(default=(), init=False)
    _failures: list[Failure] = attrs.field(factory=list, init=False)

    def take(self, result: Evaluated, steps: Steps) -> None:
        """Write the results of the next evaluations."""
        matrix, failures = result.matrix, dict(result.failures)
        name, own = self.scheduled.rule.name, self.scheduled.labels
        identities = [written.recorded_labels(name, own, labels) for labels in matrix.labels]
        clash = written.duplicates(identities, matrix.present)
        failures |= {int(step): written.DUPLICATE_SERIES for step in np.flatnonzero(clash)}
        if limit := self.scheduled.group.limit:
            count = matrix.present.sum(axis=0)
            for step in np.flatnonzero(count > limit).tolist():
                failures.setdefault(step, f"exceeded limit of {limit} with {count[step]} series")
        succeeded = all_but(failures, steps)
        self.overlay.write(
            written.recorded(identities, matrix, matrix.steps.times, succeeded, self._last)
        )
        self._series.update(identities)
        self._failures += in_order(failures, steps)
        if succeeded.any():
            there = matrix.present[:, np.flatnonzero(succeeded)[-1]]
            self._last = tuple(identities[row] for row in np.flatnonzero(there).tolist())

    def finish(self) -> Replayed:
        """Return how many series there were, and what failed."""
        return Replayed(
            scheduled=self.scheduled, series=len(self._series), failures=tuple(self._failures)
        )


@attrs.define
class Alerts:
    """An alerting rule: the states of its alerts, and when it was evaluated last."""

    scheduled: ScheduledRule
    overlay: Overlay
    alerting: Alerting
    states: Lives | Machine
    keeps_results: bool
    _series: set[Labels] = attrs.field(factory=set, init=False)
    _last: int | None = attrs.field(default=None, init=False)
    _failures: list[Failure] = attrs.field(factory=list, init=False)
    _results: list[tuple[Matrix, Steps]] = attrs.field(factory=list, init=False)

    def take(self, result: Evaluated, steps: Steps) -> None:
        """Follow the alerts through the next evaluations, and write their `ALERTS`."""
        known = len(self.states.episodes)
        if isinstance(self.states, Lives):
            failures = self._at_once(self.states, result, steps)
        else:
            failures = self._one_by_one(self.states, result, steps)
        lately = self.states.finish(known)
        times = steps.times[all_but(failures, steps)]
        name, labels, offset = (
            self.alerting.alert.name,
            self.scheduled.labels,
            self.scheduled.offset,
        )
        self.overlay.write(written.alerts(name, labels, lately, times, offset, self._last))
        self._series.update(result.matrix.labels)
        self._failures += in_order(failures, steps)
        if len(times):
            self._last = int(times[-1])
        if self.keeps_results:
            self._results.append((result.matrix, steps))

    def finish(self) -> Replayed:
        """Return the episodes, with annotations as they were when each fired, and what failed."""
        return Replayed(
            scheduled=self.scheduled,
            episodes=tuple(map(self.alerting.annotated, self.states.finish())),
            series=len(self._series),
            failures=tuple(self._failures),
            alerting=self.alerting,
            results=self._result if self.keeps_results else None,
        )

    def _at_once(self, lives: Lives, result: Evaluated, steps: Steps) -> dict[int, str]:
        matrix = result.matrix
        identities = [
            self.alerting.identity(sample, 0.0, self.scheduled.steps.start)
            for sample in matrix.labels
        ]
        clash = written.duplicates(identities, matrix.present)
        failures = result.failures | {
            int(step): written.DUPLICATE_ALERTS for step in np.flatnonzero(clash)
        }
        good = all_but(failures, steps)
        times, present, values = steps.times[good], matrix.present[:, good], matrix.values[:, good]
        lives.follow(identities, matrix.labels, times, present, values)
        return failures

    def _one_by_one(self, machine: Machine, result: Evaluated, steps: Steps) -> dict[int, str]:
        failures = dict(result.failures)
        for step, time in enumerate(steps.times.tolist()):
            if step in failures:
                continue
            try:
                machine.evaluate(time, self.alerting.results(result.matrix, step, time))
            except EvaluationError as error:
                failures[step] = str(error)
        return failures

    def _result(self, number: int) -> Results:
        for matrix, steps in self._results:
            if number < len(steps):
                return self.alerting.results(matrix, number, int(steps.times[number]))
            number -= len(steps)
        raise IndexError(number)


def all_but(failures: dict[int, str], steps: Steps) -> Mask:
    """Tell which evaluations did not fail."""
    mask = np.ones(len(steps), dtype=bool)
    mask[list(failures)] = False
    return mask


def in_order(failures: dict[int, str], steps: Steps) -> list[Failure]:
    """Return failures by number of the step as such by time."""
    times = steps.times
    return [Failure(int(times[step]), failures[step]) for step in sorted(failures)]
