"""The states of an alert: inactive, pending, firing; and the episodes that they make up.

Source: prometheus, `rules/alerting.go#AlertingRule.Eval`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from mixwright.errors import EvaluationError
from mixwright.frame import Index, Mask, Times, Values
from mixwright.templating import TemplateValue
from mixwright.values import Duration, Labels


@attrs.frozen(kw_only=True)
class Episode:
    """One life of one alert, from the evaluation that found its condition to the one that missed it.

    Times are evaluation times in ms. `resolved_at` is the evaluation at which the alert was no
    longer pending or firing, `None` when it still was at the last one. `value` is the condition's
    value at `active_at`, `fired_value` at `fired_at`, `last_value` the last one there was.
    `sample` holds the labels of the sample at the last of these transitions that templates see,
    `annotations` is what they expanded to when the alert fired.
    """

    alert: str
    labels: Labels
    active_at: int
    fired_at: int | None
    resolved_at: int | None
    value: TemplateValue
    fired_value: TemplateValue | None
    last_value: TemplateValue
    sample: Labels
    annotations: Labels = Labels()

    @property
    def fired(self) -> bool:
        """Whether the alert went beyond pending."""
        return self.fired_at is not None

    def is_firing(self, time: int) -> bool:
        """Tell whether the alert fires at a time: from `fired_at` on, no longer at `resolved_at`."""
        return (
            self.fired_at is not None
            and self.fired_at <= time
            and (self.resolved_at is None or time < self.resolved_at)
        )


@attrs.define
class _Active:
    """An alert that is pending or firing."""

    labels: Labels
    sample: Labels
    active_at: int
    value: TemplateValue
    last_value: TemplateValue
    fired_at: int | None = None
    fired_value: TemplateValue | None = None
    keep_firing_since: int | None = None

    def episode(self, name: str, resolved_at: int | None) -> Episode:
        """Return the life of this alert of the rule `name`, ended or not."""
        return Episode(
            alert=name,
            labels=self.labels,
            active_at=self.active_at,
            fired_at=self.fired_at,
            resolved_at=resolved_at,
            value=self.value,
            fired_value=self.fired_value,
            last_value=self.last_value,
            sample=self.sample,
        )


class States:
    """The alerts of a rule that are pending or firing, and the lives that have ended."""

    def __init__(self, alert: str, hold: Duration, keep_firing: Duration) -> None:
        self.alert, self.hold, self.keep_firing = alert, hold.ms, keep_firing.ms
        self.active: dict[Labels, _Active] = {}
        self.episodes: list[Episode] = []

    def finish(self, known: int = 0) -> tuple[Episode, ...]:
        """Return all episodes so far but for the first `known` that ended, in order of time and labels.

        Those that have not ended are among them.
        """
        going_on = (alert.episode(self.alert, None) for alert in self.active.values())
        found = [*self.episodes[known:], *going_on]
        return tuple(sorted(found, key=lambda episode: (episode.active_at, episode.labels.pairs)))


class Machine(States):
    """The state machine, evaluation by evaluation: the definition that `Lives` must equal.

    It is what runs when labels depend on the value, so that identities come and go, and when a
    limit ties the alerts of a rule together. Resolved alerts need no state here: one that comes back within
    Prometheus' retention of 15 minutes is a new alert, as is one that comes back later.
    """

    def __init__(
        self, alert: str, *, hold: Duration, keep_firing: Duration, limit: int = 0
    ) -> None:
        super().__init__(alert, hold, keep_firing)
        self.limit = limit

    def evaluate(self, time: int, results: Mapping[Labels, tuple[Labels, TemplateValue]]) -> None:
        """Take the results of one evaluation: identity to the sample's labels and value.

        Raises `EvaluationError` when more alerts than the limit are active; then all are forgotten.
        """
        for labels, (sample, value) in results.items():
            alert = self.active.get(labels)
            if alert is None:
                self.active[labels] = _Active(labels, sample, time, value, value)
            else:
                alert.last_value = value
                if alert.fired_at is None:
                    alert.sample = sample
        for labels, alert in list(self.active.items()):
            if labels in results:
                alert.keep_firing_since = None
            elif not self._keeps_firing(alert, time):
                self._end(alert, time)
                continue
            if alert.fired_at is None and time - alert.active_at >= self.hold:
                alert.fired_at, alert.fired_value = time, alert.last_value
        if 0 < self.limit < (count := len(self.active)):
            for alert in list(self.active.values()):
                self._forget(alert, time)
            raise EvaluationError(f"exceeded limit of {self.limit} with {count} alerts")

    def _keeps_firing(self, alert: _Active, time: int) -> bool:
        if alert.fired_at is None or self.keep_firing == 0:
            return False
        if alert.keep_firing_since is None:
            alert.keep_firing_since = time
        return time - alert.keep_firing_since < self.keep_firing

    def _forget(self, alert: _Active, time: int) -> None:
        """End an alert whose evaluation fails: what happened in that evaluation did not happen."""
        if alert.active_at == time:
            del self.active[alert.labels]
            return
        if alert.fired_at == time:
            alert.fired_at = alert.fired_value = None
        self._end(alert, time)

    def _end(self, alert: _Active, time: int) -> None:
        del self.active[alert.labels]
        self.episodes.append(alert.episode(self.alert, time))


class Lives(States):
    """The alerts of a rule whose identities do not depend on values, followed many evaluations at a time."""

    def __init__(self, alert: str, *, hold: Duration, keep_firing: Duration) -> None:
        super().__init__(alert, hold, keep_firing)

    def follow(
        self,
        identities: Sequence[Labels],
        samples: Sequence[Labels],
        times: Times,
        present: Mask,
        values: Values,
    ) -> None:
        """Take the results of further evaluations.

        Row `i` of `present` and `values` (series × evaluations) is a series with the labels
        `samples[i]` that the rule's labels turn into `identities[i]`; no two rows of one identity are
        present at once. `times` are the evaluations that succeeded, in ms: one that failed leaves
        all states alone.
        """
        if not len(times):
            return
        rows: dict[Labels, list[int]] = {labels: [] for labels in self.active}
        for row in np.flatnonzero(present.any(axis=1)).tolist():
            rows.setdefault(identities[row], []).append(row)
        nowhere = np.full(len(times), -1)
        for labels, own in rows.items():
            # Which row is the identity's at an evaluation, or -1.
            row_at = nowhere
            if own:
                there = present[own]
                row_at = np.where(there.any(axis=0), np.take(own, there.argmax(axis=0)), -1)
            self._follow(labels, row_at, samples, times, values)

    def _follow(
        self,
        labels: Labels,
        row_at: Index,
        samples: Sequence[Labels],
        times: Times,
        values: Values,
    ) -> None:
        alert = self.active.pop(labels, None)
        edges = np.diff((row_at >= 0).astype(np.int8), prepend=0, append=0)
        starts, stops = np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist()
        stop = 0
        for start, stop in zip(starts, stops, strict=True):
            last = stop - 1
            alert = self._unless_ended(alert, times, start)
            if alert is None:
                value = float(values[row_at[start], start])
                alert = _Active(labels, samples[row_at[start]], int(times[start]), value, value)
            if alert.fired_at is None:
                firing = max(start, int(np.searchsorted(times, alert.active_at + self.hold)))
                alert.sample = samples[row_at[min(firing, last)]]
                if firing < stop:
                    alert.fired_at = int(times[firing])
                    alert.fired_value = float(values[row_at[firing], firing])
            alert.last_value = float(values[row_at[last], last])
            alert.keep_firing_since = int(times[stop]) if stop < len(times) else None
        if stop < len(times):
            alert = self._unless_ended(alert, times, len(times))
        if alert is not None:
            self.active[labels] = alert

    def _unless_ended(self, alert: _Active | None, times: Times, until: int) -> _Active | None:
        """Return an alert if it lives on without a result in the evaluations before number `until`."""
        if alert is None or until == 0:
            return alert
        if alert.keep_firing_since is None:
            alert.keep_firing_since = int(times[0])
        since = alert.keep_firing_since
        keeps = 0 if alert.fired_at is None else self.keep_firing
        # The last evaluation without a result decides whether the alert fired on until now.
        if keeps and int(times[until - 1]) - since < keeps:
            return alert
        end = int(times[np.searchsorted(times, since + keeps)])
        self.episodes.append(alert.episode(self.alert, end))
        return None
