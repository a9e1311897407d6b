"""What replays exercised of rules, added up."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import TypeAlias

import attrs
import numpy as np

from mixwright.coverage.points import Point, Probe, State, points
from mixwright.frame import Index, Times
from mixwright.promql import Expr
from mixwright.replay.evaluation import Evaluated
from mixwright.replay.groups import Replay, Replayed, batches
from mixwright.replay.rules import Group, Rule, is_alert

Compared: TypeAlias = Callable[[Replayed], frozenset[str]]
"""Tells which texts of a rule's alerts somebody looked at: `annotation summary`, `label severity`."""


@attrs.frozen(kw_only=True)
class RuleCoverage:
    """The points of a rule, and which of them were exercised; `evaluated` when it was given anything at all."""

    file: str
    group: Group
    rule: Rule
    points: tuple[Point, ...]
    covered: frozenset[Point]
    evaluated: bool

    @property
    def missing(self) -> tuple[Point, ...]:
        """What was not exercised, in reading order."""
        return tuple(point for point in self.points if point not in self.covered)


@attrs.frozen
class Coverage:
    """What was exercised of all rules, in order of the files."""

    rules: tuple[RuleCoverage, ...]

    @property
    def points(self) -> int:
        """How much there is to exercise."""
        return sum(len(rule.points) for rule in self.rules)

    @property
    def covered(self) -> int:
        """How much of it was."""
        return sum(len(rule.covered) for rule in self.rules)

    @property
    def percent(self) -> float:
        """The share of it, of 100; all of nothing is 100."""
        return 100 * self.covered / self.points if self.points else 100.0


@attrs.define
class _Entry:
    file: str
    group: Group
    rule: Rule
    points: tuple[Point, ...]
    covered: set[Point] = attrs.field(factory=set)
    evaluated: bool = False


@attrs.frozen
class _Watcher:
    """An expression whose values tell whether a point is exercised."""

    entry: _Entry
    point: Point
    expr: Expr
    tells: Callable[[Evaluated], bool]

    def take(self, result: Evaluated) -> None:
        """Look at values of the expression."""
        if self.tells(result):
            self.entry.covered.add(self.point)


class Collector:
    """Rules, and what of them has been exercised so far."""

    def __init__(self) -> None:
        self._entries: dict[int, _Entry] = {}

    def add(self, file: str, groups: Iterable[Group]) -> None:
        """Take the rules of a file into account; those that are known already stay what they are."""
        for group in groups:
            for rule in group.rules:
                # The entry holds the rule, so no other one gets its id.
                self._entries.setdefault(id(rule), _Entry(file, group, rule, points(rule, group)))

    def observe(self, done: Replay, *, compared: Compared | None = None) -> None:
        """Take note of what a replay exercised; only what nothing has exercised yet is evaluated.

        Without `compared`, the texts of an alert count as looked at when it fired.
        """
        by_rule = {id(replayed.scheduled): replayed for replayed in done.rules}
        watching = []
        for same_times in batches([replayed.scheduled for replayed in done.rules]):
            watchers = [w for s in same_times for w in self._watchers(by_rule[id(s)], compared)]
            if watchers:
                watching.append((watchers, same_times[0].query_steps))
        queries = [([watcher.expr for watcher in own], steps) for own, steps in watching]
        for number, results in done.over_shards(queries):
            for watcher, result in zip(watching[number][0], results, strict=True):
                watcher.take(result)

    def _watchers(self, replayed: Replayed, compared: Compared | None) -> Iterator[_Watcher]:
        """Take note of what the states of a rule's alerts show; yield what is to be evaluated besides."""
        entry = self._entries[id(replayed.scheduled.rule)]
        entry.evaluated = True
        entry.covered |= set(_by_episodes(entry, replayed, compared))
        for point in entry.points:
            if point in entry.covered:
                continue
            if point.probe is not None:
                yield _Watcher(entry, point, point.probe.expr, partial(_shows, point.probe))
            elif point.state == "keep firing" and replayed.episodes:
                yield _Watcher(entry, point, entry.rule.expr, partial(_kept_firing, replayed))

    def coverage(self) -> Coverage:
        """Return what has been exercised so far."""
        return Coverage(
            tuple(
                RuleCoverage(
                    file=entry.file,
                    group=entry.group,
                    rule=entry.rule,
                    points=entry.points,
                    covered=frozenset(entry.covered),
                    evaluated=entry.evaluated,
                )
                for entry in self._entries.values()
            )
        )


def _shows(probe: Probe, result: Evaluated) -> bool:
    values = result.matrix.values[result.matrix.present]
    return bool(values.size if probe.value is None else (values == probe.value).any())


def _by_episodes(entry: _Entry, replayed: Replayed, compared: Compared | None) -> Iterator[Point]:
    """Yield what an alert's episodes show by themselves."""
    if not is_alert(entry.rule):
        return
    states = set(_states(replayed))
    fired = "firing" in states
    texts = compared(replayed) if compared is not None else None
    for point in entry.points:
        if point.state in states or (
            point.text and (fired if texts is None else point.text in texts)
        ):
            yield point


def _states(replayed: Replayed) -> Iterator[State]:
    if not _active(replayed, replayed.scheduled.steps.times).all():
        yield "inactive"
    for episode in replayed.episodes:
        if episode.fired_at is None or episode.fired_at > episode.active_at:
            yield "pending"
        if episode.fired_at is not None:
            yield "firing"
            if episode.resolved_at is not None:
                yield "resolved"


def _active(replayed: Replayed, times: Times) -> Index:
    """Return how many alerts are pending or firing after evaluations at some times."""
    count = np.zeros(len(times), np.int64)
    for episode in replayed.episodes:
        end = times[-1] + 1 if episode.resolved_at is None else episode.resolved_at
        count[np.searchsorted(times, episode.active_at) : np.searchsorted(times, end)] += 1
    return count


def _kept_firing(replayed: Replayed, result: Evaluated) -> bool:
    """Tell whether more alerts were active than had their condition."""
    times = result.matrix.steps.times + replayed.scheduled.offset
    more = _active(replayed, times) > result.matrix.present.sum(axis=0)
    more[list(result.failures)] = False
    return bool(more.any())
