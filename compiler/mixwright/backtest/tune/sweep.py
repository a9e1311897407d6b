"""A sweep: every combination of values, each with the pages it would have sent and what they were worth.

Expressions are evaluated once for every combination of windows and other inner constants; thresholds are
compared with the stored values, `for` and `keep_firing_for` applied to the stretches that result. Settings under
which the same alerts fire at the same times share one run of Alertmanager. The alert is looked at alone: no
other alert inhibits it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from typing import cast

import attrs
import numpy as np

from mixwright.alertmanager import Config, Silence
from mixwright.backtest.incidents import Incident, Tolerance
from mixwright.backtest.notify import Fired, notify
from mixwright.backtest.outcome import RatedAlert
from mixwright.backtest.score import WEEK, covered, time_in_alert
from mixwright.backtest.tune import conditions
from mixwright.backtest.tune.lives import Lives, Runs, lives
from mixwright.backtest.tune.parameters import Axis, Tunable, Value, set_within
from mixwright.errors import MixwrightError
from mixwright.frame import Mask, Times
from mixwright.promql import Selector, walk
from mixwright.replay import written
from mixwright.replay.alerting import Alerting
from mixwright.replay.dependencies import ScheduledRule, reads
from mixwright.replay.evaluation import Setting, evaluate_rules
from mixwright.replay.overlay import Overlay
from mixwright.replay.states import Episode
from mixwright.values import Duration, Labels

MOST_POINTS = 1_000_000


@attrs.frozen(kw_only=True)
class Point:
    """One setting: its values, in the order of the axes, and what came of it.

    `delays` (ms) has one entry for each incident of the sweep, `None` where it was missed; `false` are the onsets
    (ms) of false pages.
    """

    values: tuple[Value, ...]
    pages: int
    true: int
    false: tuple[int, ...]
    delays: tuple[int | None, ...]
    time_in_alert: float

    @property
    def detected(self) -> int:
        """How many incidents were told of."""
        return sum(delay is not None for delay in self.delays)


@attrs.frozen(kw_only=True, eq=False)
class Sweep:
    """All settings in the order of the axes, and the one that is in use, `now`.

    `evaluations` is how often an expression was evaluated; `incidents` are those that the alert should tell of: those
    that name it, else those of which any setting tells.
    """

    alert: RatedAlert
    axes: tuple[Axis, ...]
    points: tuple[Point, ...]
    now: Point
    incidents: tuple[Incident, ...]
    start: int
    end: int
    exposure: int
    evaluations: int

    def recall(self, point: Point) -> float | None:
        """Return the share of incidents that a setting tells of."""
        return point.detected / len(self.incidents) if self.incidents else None

    def false_per_week(self, point: Point) -> float:
        """Return a setting's false pages a week."""
        return len(point.false) / (self.exposure / WEEK)


def sweep(
    scheduled: ScheduledRule,
    axes: Sequence[Axis],
    overlay: Overlay,
    config: Config,
    *,
    incidents: Sequence[Incident],
    tolerance: Tolerance,
    about: Sequence[str] = (),
    silences: Sequence[Silence] = (),
    start: int,
    end: int,
    progress: Callable[[str, int, int], None] | None = None,
) -> Sweep:
    """Score every combination of the axes' values for one alert.

    `overlay` holds the samples, with those that the recording rules which the alert reads have written; `about`
    names the incidents that the alert should tell of, if incidents do not say it themselves.
    Raises `MixwrightError` for an alert whose settings cannot be told apart this way.
    """
    alert = cast(RatedAlert, scheduled.rule)
    count = int(np.prod([len(axis.values) for axis in axes]))
    if count > MOST_POINTS:
        raise MixwrightError(f"a sweep has at most {MOST_POINTS} settings, this has {count}")
    alone = attrs.evolve(config, inhibitions=())
    judge = _Judge(alert, alone, tuple(incidents), tolerance, tuple(silences), start, end)
    run = _Sweep(scheduled, alert, tuple(axes), overlay, judge)
    points = []
    for number, (values, tally) in enumerate(run.points()):
        points.append((values, tally))
        if progress is not None and number % 256 == 0:
            progress("trying settings", number, count)
    if progress is not None:
        progress("trying settings", count, count)
    ordered = dict(points)
    now = judge.told_now(_Sweep(scheduled, alert, (), overlay, judge))
    wanted = _wanted(alert, about, judge.incidents, [tally for _, tally in points] + [now])
    return Sweep(
        alert=alert,
        axes=tuple(axes),
        points=tuple(
            tally.point(values, wanted)
            for values, tally in sorted(ordered.items(), key=lambda item: _order(item[0]))
        ),
        now=now.point(tuple(axis.tunable.now for axis in axes), wanted),
        incidents=tuple(judge.incidents[number] for number in wanted),
        start=start,
        end=end,
        exposure=judge.exposure,
        evaluations=run.evaluations,
    )


def _order(values: Sequence[Value]) -> tuple[float, ...]:
    return tuple(float(value.ms) if isinstance(value, Duration) else value for value in values)


def _wanted(
    alert: RatedAlert,
    about: Sequence[str],
    incidents: Sequence[Incident],
    tallies: Sequence[_Tally],
) -> list[int]:
    """Return the numbers of the incidents that the alert should tell of."""
    unknown = next((name for name in about if name not in {i.name for i in incidents}), None)
    if unknown is not None:
        raise MixwrightError(f"there is no incident `{unknown}` in this time")
    named = [
        number
        for number, incident in enumerate(incidents)
        if incident.name in about or (not about and alert.name in incident.alerts)
    ]
    if named:
        return named
    told = np.array([[d is not None for d in tally.delays] for tally in tallies], bool)
    return np.flatnonzero(told.any(axis=0)).tolist() if told.size else []


@attrs.frozen
class _Tally:
    """What pages are worth, with a delay for every incident that there was."""

    pages: int
    true: int
    false: tuple[int, ...]
    delays: tuple[int | None, ...]
    time_in_alert: float

    def point(self, values: tuple[Value, ...], wanted: Sequence[int]) -> Point:
        return Point(
            values=values,
            pages=self.pages,
            true=self.true,
            false=self.false,
            delays=tuple(self.delays[number] for number in wanted),
            time_in_alert=self.time_in_alert,
        )


class _Judge:
    """Turns firing lives into pages and pages into a tally, once for the same lives."""

    def __init__(
        self,
        alert: RatedAlert,
        config: Config,
        incidents: tuple[Incident, ...],
        tolerance: Tolerance,
        silences: tuple[Silence, ...],
        start: int,
        end: int,
    ) -> None:
        self.alert, self.config, self.tolerance, self.silences = alert, config, tolerance, silences
        self.incidents = tuple(incident for incident in incidents if not incident.ignore)
        self.ignored = tuple(incident for incident in incidents if incident.ignore)
        self.start, self.end = start, end
        self.exposure = max(end - start - covered(self.ignored, start, end), 1)
        self.known: dict[tuple[tuple[Labels, ...], bytes, int], _Tally] = {}
        self.concerned: dict[Labels, tuple[frozenset[int], frozenset[int]]] = {}

    def told_now(self, alone: _Sweep) -> _Tally:
        """Return the tally of the alert as it is."""
        ((_, tally),) = alone.points()
        return tally

    def tally(
        self, identities: tuple[Labels, ...], found: Lives, times: Times, step: int
    ) -> _Tally:
        key = identities, found.key(), len(times)
        if key not in self.known:
            self.known[key] = self._tally(identities, found, times, step)
        return self.known[key]

    def _tally(
        self, identities: tuple[Labels, ...], found: Lives, times: Times, step: int
    ) -> _Tally:
        episodes = tuple(self._episodes(identities, found, times))
        fired = Fired(self.alert.severity, episodes, times, step)
        told = notify([fired], self.config, until=self.end, silences=self.silences)
        delays: list[int | None] = [None] * len(self.incidents)
        true, false = 0, []
        deadline = self.tolerance.deadline
        for page in told.pages:
            about = [self._concerned(episode.labels) for episode in page.episodes]
            reasons = {
                number
                for real, _ in about
                for number in real
                if self.tolerance.covers(self.incidents[number], page.onset)
            }
            for number in reasons:
                incident = self.incidents[number]
                delay = max(0, page.onset - incident.start)
                in_time = deadline is None or delay <= deadline.ms
                if (
                    delays[number] is None
                    and in_time
                    and incident.expects(self.alert.name, page.severity)
                ):
                    delays[number] = delay
            true += bool(reasons)
            excused = any(
                self.tolerance.covers(self.ignored[number], page.onset)
                for _, ignored in about
                for number in ignored
            )
            if not reasons and not excused:
                false.append(page.onset)
        return _Tally(
            pages=len(told.pages),
            true=true,
            false=tuple(false),
            delays=tuple(delays),
            time_in_alert=time_in_alert(episodes, start=self.start, end=self.end),
        )

    def _concerned(self, labels: Labels) -> tuple[frozenset[int], frozenset[int]]:
        """Return the numbers of the incidents, and of the ignored times, that concern an alert."""
        if labels not in self.concerned:
            self.concerned[labels] = tuple(  # type: ignore[assignment]
                frozenset(n for n, incident in enumerate(group) if incident.concerns(labels))
                for group in (self.incidents, self.ignored)
            )
        return self.concerned[labels]

    def _episodes(
        self, identities: Sequence[Labels], found: Lives, times: Times
    ) -> Iterator[Episode]:
        columns = (found.row, found.active, found.fired, found.end)
        order = np.lexsort((found.row, found.active))
        for row, active, fired, end in zip(*(c[order].tolist() for c in columns), strict=True):
            yield Episode(
                alert=self.alert.name,
                labels=identities[row],
                active_at=int(times[active]),
                fired_at=int(times[fired]),
                resolved_at=int(times[end]) if end < len(times) else None,
                value=0.0,
                fired_value=None,
                last_value=0.0,
                sample=identities[row],
            )


class _Sweep:
    """The loops: expressions outside, thresholds within, times innermost."""

    def __init__(
        self,
        scheduled: ScheduledRule,
        alert: RatedAlert,
        axes: tuple[Axis, ...],
        overlay: Overlay,
        judge: _Judge,
    ) -> None:
        self.scheduled, self.alert, self.axes, self.overlay, self.judge = (
            scheduled,
            alert,
            axes,
            overlay,
            judge,
        )
        self.alerting = Alerting.of(scheduled, alert, overlay, Setting())
        if not self.alerting.is_static:
            raise MixwrightError(
                f"labels of alert `{alert.name}` depend on its value, so every setting makes other alerts; "
                "leave `$value` to the annotations"
            )
        if scheduled.group.limit:
            raise MixwrightError(
                f"group `{scheduled.group.name}` has a limit, which counts all alerts of a rule at once; "
                "settings cannot be told apart under it"
            )
        if reads(tuple(walk(alert.expr, Selector)), alert):
            raise MixwrightError(
                f"alert `{alert.name}` reads its own state, so it has to be replayed"
            )
        self.evaluations = 0
        compared = {id(a.tunable.number) for a in axes if a.tunable.kind == "threshold"}
        tree, _ = conditions.taken_apart(alert.expr, compared)
        self.literals = conditions.literals_of(tree)

    def points(self) -> Iterator[tuple[tuple[Value, ...], _Tally]]:
        """Yield every setting with its tally."""
        inner = [a for a in self.axes if a.tunable.kind in ("hold", "keep")]
        middle = [a for a in self.axes if id(a.tunable.number) in self.literals]
        outer = [a for a in self.axes if a not in inner and a not in middle]
        for setting in _combinations(outer):
            met, succeeded = self._evaluated(setting)
            times = self.scheduled.steps.times[succeeded]
            identities = tuple(
                self.alerting.identity(labels, 0.0, self.scheduled.steps.start)
                for labels in met.labels
            )
            for thresholds in _combinations(middle):
                literals = {
                    id(t.number): float(v) for t, v in thresholds.items() if isinstance(v, float)
                }
                mask, own, heard = _by_identity(met.mask(literals)[:, succeeded], identities, times)
                runs = Runs.of(mask)
                for spans in _combinations(inner):
                    hold, keep = self._spans(spans)
                    found = lives(runs, heard, hold, keep)
                    tally = self.judge.tally(own, found, heard, self.scheduled.steps.step)
                    chosen = {**setting, **thresholds, **spans}
                    yield tuple(chosen[axis.tunable] for axis in self.axes), tally

    def _evaluated(self, setting: Mapping[Tunable, Value]) -> tuple[conditions.Met, Mask]:
        """Evaluate what the thresholds are compared with; which evaluations succeeded."""
        expr = set_within(self.alert.expr, setting)
        tree, leaves = conditions.taken_apart(expr, self.literals)
        steps = self.scheduled.query_steps
        results, _ = evaluate_rules(leaves, self.overlay, steps)
        self.evaluations += len(leaves)
        succeeded = np.ones(len(steps), bool)
        for result in results:
            succeeded[list(result.failures)] = False
        return conditions.prepared(tree, [result.matrix for result in results]), succeeded

    def _spans(self, spans: Mapping[Tunable, Value]) -> tuple[int, int]:
        found = {"hold": self.alert.hold.ms, "keep": self.alert.keep_firing.ms}
        found |= {t.kind: v.ms for t, v in spans.items() if isinstance(v, Duration)}
        return found["hold"], found["keep"]


def _combinations(axes: Sequence[Axis]) -> Iterator[dict[Tunable, Value]]:
    for values in product(*(axis.values for axis in axes)):
        yield dict(zip((axis.tunable for axis in axes), values, strict=True))


def _by_identity(
    mask: Mask, identities: tuple[Labels, ...], times: Times
) -> tuple[Mask, tuple[Labels, ...], Times]:
    """Join the rows of one identity; evaluations at which two of them are met fail, and are left out."""
    if len(set(identities)) == len(identities):
        return mask, identities, times
    clash = written.duplicates(identities, mask)
    own = tuple(dict.fromkeys(identities))
    number = {labels: n for n, labels in enumerate(own)}
    joined = np.zeros((len(own), mask.shape[1]), bool)
    np.logical_or.at(joined, [number[labels] for labels in identities], mask)
    return joined[:, ~clash], own, times[~clash]
