"""Rules that read their own output, or what is written later, carried forward in time order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import attrs
import numpy as np

from mixwright.engine.shards import Shard
from mixwright.errors import EvaluationError
from mixwright.frame import STALE_NAN, Matrix, Steps
from mixwright.replay import written
from mixwright.replay.alerting import Alerting, Results
from mixwright.replay.dependencies import ScheduledRule
from mixwright.replay.evaluation import Setting, evaluate_rules
from mixwright.replay.following import Replayed, in_order
from mixwright.replay.overlay import ALERTS, ALERTS_FOR_STATE, Overlay, UpTo
from mixwright.replay.rules import is_alert
from mixwright.replay.states import Episode, Machine
from mixwright.values import METRIC_NAME, Labels


@attrs.define
class Carried:
    """A rule on its way through time: its alerts' states, what it wrote last, and what failed."""

    scheduled: ScheduledRule
    alerting: Alerting | None
    machine: Machine | None
    previous: frozenset[Labels] = frozenset()
    seen: set[Labels] = attrs.field(factory=set)
    failures: dict[int, str] = attrs.field(factory=dict)
    results: dict[int, Results] = attrs.field(factory=dict)

    @classmethod
    def of(cls, scheduled: ScheduledRule, overlay: Overlay, setting: Setting) -> Carried:
        """Return a rule before its first evaluation."""
        rule = scheduled.rule
        if is_alert(rule):
            alerting = Alerting.of(scheduled, rule, overlay, setting)
            return cls(scheduled, alerting, alerting.machine())
        return cls(scheduled, None, None)

    def evaluate(self, step: int, time: int, overlay: Overlay, setting: Setting) -> None:
        """Evaluate the rule once and write what it yields."""
        at = time - self.scheduled.offset
        exprs = (self.scheduled.rule.expr,)
        (result,), _ = evaluate_rules(
            exprs, UpTo(overlay, time), Steps.instant(at), setting.options
        )
        try:
            if result.failures:
                raise EvaluationError(result.failures[0])
            samples = self._samples(result.matrix, step, time, setting.keeps_results)
        except EvaluationError as error:
            self.failures[step] = str(error)
            return
        for labels, value in samples.items():
            overlay.append(labels, at, value)
        for labels in self.previous - samples.keys():
            overlay.append(labels, at, STALE_NAN)
        self.previous = frozenset(samples)
        self.seen |= samples.keys()

    def finish(self) -> Replayed:
        """Return what the rule did in all."""
        alerting, machine = self.alerting, self.machine
        episodes: tuple[Episode, ...] = ()
        if alerting is not None and machine is not None:
            episodes = tuple(map(alerting.annotated, machine.finish()))
        return Replayed(
            scheduled=self.scheduled,
            episodes=episodes,
            series=len(self.seen),
            failures=tuple(in_order(self.failures, self.scheduled.steps)),
            alerting=alerting,
            results=(lambda step: self.results.get(step, {})) if self.results else None,
        )

    def _samples(
        self, matrix: Matrix, step: int, time: int, keeps_results: bool
    ) -> dict[Labels, Any]:
        if self.alerting is not None and self.machine is not None:
            found = self.alerting.results(matrix, 0, time)
            if keeps_results:
                self.results[step] = found
            self.machine.evaluate(time, found)
            return dict(self._alerts(self.machine))
        rows = np.flatnonzero(matrix.present[:, 0]).tolist()
        name, labels = self.scheduled.rule.name, self.scheduled.labels
        samples = {
            written.recorded_labels(name, labels, matrix.labels[row]): _value(matrix, row)
            for row in rows
        }
        if len(samples) < len(rows):
            raise EvaluationError(written.DUPLICATE_SERIES)
        if 0 < (limit := self.scheduled.group.limit) < len(samples):
            raise EvaluationError(f"exceeded limit of {limit} with {len(samples)} series")
        return samples

    def _alerts(self, machine: Machine) -> Iterator[tuple[Labels, float]]:
        for alert in machine.active.values():
            base = Labels({**self.scheduled.labels, **alert.labels})
            state = "pending" if alert.fired_at is None else "firing"
            yield base.with_({METRIC_NAME: ALERTS, "alertstate": state}), 1.0
            yield base.with_({METRIC_NAME: ALERTS_FOR_STATE}), float(alert.active_at // 1000)


def _value(matrix: Matrix, row: int) -> Any:
    histogram = None if matrix.histograms is None else matrix.histograms[row, 0]
    return float(matrix.values[row, 0]) if histogram is None else histogram


def carry(rules: Sequence[Carried], shard: Shard, overlay: Overlay, setting: Setting) -> None:
    """Evaluate rules together, time by time, each seeing all that was written before.

    At one time groups come in the order of the rules; Prometheus leaves that order open.
    """
    moments = []
    for number, carried in enumerate(rules):
        steps = carried.scheduled.steps
        part = shard.of(steps)
        if part is not None:
            first = (part.start - steps.start) // steps.step
            moments += [
                (time, number, first + step) for step, time in enumerate(part.times.tolist())
            ]
    for time, number, step in sorted(moments):
        rules[number].evaluate(step, time, overlay, setting)
