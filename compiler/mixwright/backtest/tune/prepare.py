"""What a sweep stands on: the alert with its evaluation times, and the series that it reads, recorded ones replayed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs
import numpy as np

from mixwright.backtest.incidents import Incident
from mixwright.backtest.outcome import AlertResult, RatedAlert, RuleSource, covered_range
from mixwright.backtest.tune.parameters import Axis, tunables
from mixwright.errors import RecordingError
from mixwright.frame import Source
from mixwright.promql import Selector, walk
from mixwright.replay.dependencies import ScheduledRule, reads
from mixwright.replay.groups import replay, schedule
from mixwright.replay.overlay import Overlay
from mixwright.values import Duration

_CURVE_POINTS = 60


@attrs.frozen(eq=False)
class Prepared:
    """An alert in its place, the samples that it sees, and the span (ms)."""

    scheduled: ScheduledRule
    overlay: Overlay
    start: int
    end: int

    def within(self, incidents: Iterable[Incident]) -> tuple[Incident, ...]:
        """Return the incidents that touch the span."""
        return tuple(i for i in incidents if i.end >= self.start and i.start <= self.end)


def prepare(
    sources: Sequence[RuleSource],
    own: RuleSource,
    alert: RatedAlert,
    source: Source,
    *,
    interval: Duration,
    start: int | None,
    end: int | None,
) -> Prepared:
    """Replay what an alert of one of the sources, its `own`, reads of other rules, directly or through others.

    Raises `RecordingError` when there are no samples, or no evaluation, in the range.
    """
    start, end = covered_range(source, start, end)
    rules = schedule(sources, interval=interval, start=start, end=end)
    here = [s for s in rules if s.rule is alert and s.mixin == own.name]
    if not here:
        raise RecordingError(
            f"alert `{alert.name}` is not evaluated in a range of {Duration(end - start)}; "
            f"choose a longer range or an interval shorter than {interval}"
        )
    needed = _needed(here[0], rules)
    done = replay([rule for rule in rules if id(rule) in needed], source)
    return Prepared(here[0], done.source, start, end)


def _needed(alert: ScheduledRule, rules: Sequence[ScheduledRule]) -> set[int]:
    """Return the ids of the rules whose series a rule reads, directly or through others."""
    needed: set[int] = set()
    waiting = [alert]
    while waiting:
        selectors = tuple(walk(waiting.pop().rule.expr, Selector))
        for other in rules:
            if other is not alert and id(other) not in needed and reads(selectors, other.rule):
                needed.add(id(other))
                waiting.append(other)
    return needed


def curve_axis(result: AlertResult) -> Axis | None:
    """Return values for the first threshold of an alert over all that its expression had; `None` without one."""
    named = {tunable.where: tunable for tunable in tunables(result.alert)}
    for condition in result.conditions:
        tunable = named.get(str(condition.comparison.expr))
        values = condition.values.values[condition.values.present]
        values = values[np.isfinite(values)]
        if tunable is None or tunable.kind != "threshold" or not values.size:
            continue
        now = float(tunable.now) if isinstance(tunable.now, float) else 0.0
        low, high = min(float(values.min()), now), max(float(values.max()), now)
        if low < high:
            tried = {float(f"{value:.6g}") for value in np.linspace(low, high, _CURVE_POINTS)}
            return Axis(tunable, tuple(sorted(tried | {now})))
    return None
