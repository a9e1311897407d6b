"""The states of an alert: inactive, pending, firing; and the episodes that they make up.

Source: prometheus, `rules/alerting.go#AlertingRule.Eval`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs
import numpy as np

from mixwright.errors import EvaluationError
from mixwright.frame import Mask, Times, Values
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
    value: float
    fired_value: float | None
    last_value: float
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
    value: float
    last_value: float
    fired_at: int | None = None
    fired_value: float | None = None
    keep_firing_since: int | None = None


class Machine:
    """The state machine, evaluation by evaluation: the definition that `episodes()` must equal.

    It is what runs when labels depend on the value, so that identities come and go, and when a
    limit ties the alerts of a rule together. Resolved alerts need no state here: one that comes back within
    Prometheus' retention of 15 minutes is a new alert, as is one that comes back later.
    """

    def __init__(
        self, alert: str, *, hold: Duration, keep_firing: Duration, limit: int = 0
    ) -> None:
        self.alert, self.hold, self.keep_firing, self.limit = alert, hold, keep_firing, limit
        self.active: dict[Labels, _Active] = {}
        self.episodes: list[Episode] = []

    def evaluate(self, time: int, results: Mapping[Labels, tuple[Labels, float]]) -> None:
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
            if alert.fired_at is None and time - alert.active_at >= self.hold.ms:
                alert.fired_at, alert.fired_value = time, alert.last_value
        if 0 < self.limit < (count := len(self.active)):
            for alert in list(self.active.values()):
                self._forget(alert, time)
            raise EvaluationError(f"exceeded limit of {self.limit} with {count} alerts")

    def finish(self) -> tuple[Episode, ...]:
        """Return all episodes, those that have not ended among them, in order of time and labels."""
        for alert in list(self.active.values()):
            self._end(alert, None)
        return _ordered(self.episodes)

    def _keeps_firing(self, alert: _Active, time: int) -> bool:
        if alert.fired_at is None or self.keep_firing.ms == 0:
            return False
        if alert.keep_firing_since is None:
            alert.keep_firing_since = time
        return time - alert.keep_firing_since < self.keep_firing.ms

    def _forget(self, alert: _Active, time: int) -> None:
        """End an alert whose evaluation fails: what happened in that evaluation did not happen."""
        if alert.active_at == time:
            del self.active[alert.labels]
            return
        if alert.fired_at == time:
            alert.fired_at = alert.fired_value = None
        self._end(alert, time)

    def _end(self, alert: _Active, time: int | None) -> None:
        del self.active[alert.labels]
        self.episodes.append(
            Episode(
                alert=self.alert,
                labels=alert.labels,
                active_at=alert.active_at,
                fired_at=alert.fired_at,
                resolved_at=time,
                value=alert.value,
                fired_value=alert.fired_value,
                last_value=alert.last_value,
                sample=alert.sample,
            )
        )


def episodes(
    alert: str,
    *,
    hold: Duration,
    keep_firing: Duration,
    identities: tuple[Labels, ...],
    samples: tuple[Labels, ...],
    times: Times,
    present: Mask,
    values: Values,
) -> tuple[Episode, ...]:
    """Return the episodes of a rule whose identities do not depend on values.

    Row `i` of `present` and `values` (series × evaluations) is a series with the labels `samples[i]`
    that the rule's labels turn into `identities[i]`; no two rows of one identity are present at
    once. `times` are the evaluations that succeeded, in ms: one that failed leaves all states alone.
    """
    rows: dict[Labels, list[int]] = {}
    for row in np.flatnonzero(present.any(axis=1)):
        rows.setdefault(identities[row], []).append(int(row))
    found: list[Episode] = []
    for labels, own in rows.items():
        # Which row is the identity's at an evaluation, or -1.
        row_at = np.where(present[own].any(axis=0), np.take(own, present[own].argmax(axis=0)), -1)
        for first, fired, last, end in _lives(row_at >= 0, times, hold.ms, keep_firing.ms):
            sample = samples[row_at[first if fired is None else fired]]
            found.append(
                Episode(
                    alert=alert,
                    labels=labels,
                    active_at=int(times[first]),
                    fired_at=None if fired is None else int(times[fired]),
                    resolved_at=None if end is None else int(times[end]),
                    value=float(values[row_at[first], first]),
                    fired_value=None if fired is None else float(values[row_at[fired], fired]),
                    last_value=float(values[row_at[last], last]),
                    sample=sample if fired is not None else samples[row_at[last]],
                )
            )
    return _ordered(found)


def _lives(
    present: Mask, times: Times, hold: int, keep_firing: int
) -> Iterator[tuple[int, int | None, int, int | None]]:
    """Yield each life of one identity: the evaluations of onset, firing, last result and end."""
    edges = np.diff(present.astype(np.int8), prepend=0, append=0)
    starts, stops = np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist()
    life: tuple[int, int | None, int] | None = None
    for start, stop in zip(starts, stops, strict=True):
        if life is not None:
            first, fired, last = life
            gone = last + 1
            # The last evaluation without a result decides whether the alert fired on until now.
            if fired is not None and times[start - 1] - times[gone] < keep_firing:
                life = first, fired, stop - 1
                continue
            yield first, fired, last, _end(times, gone, keep_firing if fired is not None else 0)
        firing = int(np.searchsorted(times, times[start] + hold))
        life = start, firing if firing < stop else None, stop - 1
    if life is not None:
        first, fired, last = life
        yield first, fired, last, _end(times, last + 1, keep_firing if fired is not None else 0)


def _end(times: Times, gone: int, keep_firing: int) -> int | None:
    """Return the evaluation that resolves an alert whose first missing result is number `gone`."""
    if gone >= len(times):
        return None
    end = int(np.searchsorted(times, times[gone] + keep_firing)) if keep_firing else gone
    return end if end < len(times) else None


def _ordered(found: list[Episode]) -> tuple[Episode, ...]:
    return tuple(sorted(found, key=lambda episode: (episode.active_at, episode.labels.pairs)))
