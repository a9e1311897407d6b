"""Mutation: which wrong rules the tests tell from the right ones, and which they let live.

A test is run on a mutant only when its cases depend on the rule, and all mutants of an alert that nothing
reads are replayed at once. Those of other rules are evaluated together, sharing their work; only what
differs from the rule's values is replayed with the rules that read it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import TypeAlias

import attrs
import numpy as np

from mixwright.engine import evaluate_each
from mixwright.errors import EvaluationError, MixwrightError
from mixwright.frame import Matrix
from mixwright.promql import Selector, parse, walk
from mixwright.replay.dependencies import ScheduledRule, reads, stages
from mixwright.replay.groups import Replay, Replayed
from mixwright.replay.rules import Rule, is_alert
from mixwright.ruletest.cases import EquivalentMutant, RuleTest
from mixwright.ruletest.check import Alerts
from mixwright.ruletest.mutants import Mutant, mutants
from mixwright.ruletest.run import Bench
from mixwright.ruletest.sources import RuleSources

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


@attrs.define(eq=False)
class Fate:
    """What became of a mutant: who told it from the rule, or why nobody needs to."""

    mutant: Mutant
    found_by: str = ""
    equivalent: str = ""

    @property
    def survives(self) -> bool:
        """Whether no test tells it from the rule, though one should."""
        return not (self.found_by or self.equivalent)


@attrs.define(eq=False)
class RuleMutation:
    """The mutants of a rule; `exercised` when the cases of any test that passes depend on the rule."""

    file: str
    rule: Rule
    fates: tuple[Fate, ...]
    exercised: bool = False

    @property
    def survivors(self) -> tuple[Mutant, ...]:
        """The mutants that no test tells from the rule."""
        return tuple(fate.mutant for fate in self.fates if fate.survives)


@attrs.frozen
class Mutation:
    """What became of all mutants of all rules; `stale` are excuses that nothing needs."""

    rules: tuple[RuleMutation, ...]
    stale: tuple[str, ...]

    @property
    def mutants(self) -> int:
        """How many there are, without those that are equivalent."""
        return sum(not fate.equivalent for rule in self.rules for fate in rule.fates)

    @property
    def found(self) -> int:
        """How many of them a test finds."""
        return sum(
            bool(fate.found_by and not fate.equivalent)
            for rule in self.rules
            for fate in rule.fates
        )

    @property
    def percent(self) -> float:
        """The share of them, of 100; all of none is 100."""
        return 100 * self.found / self.mutants if self.mutants else 100.0


def mutate(
    paths: Iterable[Path],
    *,
    selected: Callable[[str], bool] = lambda _name: True,
    compat: bool = False,
    ignoring: bool = False,
    progress: Progress | None = None,
) -> Mutation:
    """Run tests that pass on every mutant of the rules that they are about.

    Only tests whose name is `selected` are run; files that cannot be read have no say. `compat` and
    `ignoring` are as in `run_files`.
    """
    sources = RuleSources(ignoring=ignoring)
    benches = []
    for path in paths:
        with contextlib.suppress(MixwrightError):
            benches.append(Bench.of(path, sources, compat=compat))
    rules: dict[int, RuleMutation] = {}
    for bench in benches:
        for _, file, group in bench.rules.groups:
            for rule in group.rules:
                if id(rule) not in rules:
                    fates = tuple(map(Fate, mutants(rule)))
                    rules[id(rule)] = RuleMutation(file, rule, fates)
    excused = [
        (excuse, _excused(excuse, bench, rules))
        for bench in benches
        for excuse in bench.file.equivalent
    ]
    judges = [
        (bench, name, test)
        for bench in benches
        for name, test in bench.named()
        if selected(test.name)
    ]
    for number, (bench, name, test) in enumerate(judges):
        if progress is not None:
            progress("hunting mutants", number, len(judges))
        with contextlib.suppress(MixwrightError):
            _Judge.of(bench, test, f"{bench.file.path}: {name}", rules).judge()
    if progress is not None:
        progress("hunting mutants", len(judges), len(judges))
    stale = (complaint for excuse, fates in excused for complaint in _stale(excuse, fates))
    return Mutation(tuple(rules.values()), tuple(stale))


def _excused(
    excuse: EquivalentMutant, bench: Bench, rules: dict[int, RuleMutation]
) -> tuple[Fate, ...]:
    """Mark the mutants that an excuse is about, and return them."""
    named = [rules[id(rule)] for rule in bench.rules.rules if rule.name == excuse.rule]
    about = [fate for own in named for fate in own.fates if fate.mutant.change == excuse.change]
    for fate in about:
        fate.equivalent = excuse.reason
    return tuple(about)


def _stale(excuse: EquivalentMutant, fates: Sequence[Fate]) -> Iterator[str]:
    """Complain of an excuse that nothing needs: there is no such mutant, or a test does find it."""
    if not fates:
        yield f"{excuse.origin}: `{excuse.rule}` has no mutant `{excuse.change}`"
    for fate in fates:
        if fate.found_by:
            yield (
                f"{excuse.origin}: mutant `{excuse.change}` of `{excuse.rule}` is not equivalent, "
                f"`{fate.found_by}` finds it"
            )


@attrs.frozen
class _Judge:
    """A test that passes, with what it replays and the rules that its cases depend on."""

    bench: Bench
    test: RuleTest
    name: str
    rules: dict[int, RuleMutation]
    done: Replay
    needed: tuple[ScheduledRule, ...]

    @classmethod
    def of(cls, bench: Bench, test: RuleTest, name: str, rules: dict[int, RuleMutation]) -> _Judge:
        """Replay the rules as they are."""
        done = bench.replay(test, idle=True)
        scheduled = [replayed.scheduled for replayed in done.rules]
        return cls(bench, test, name, rules, done, tuple(_needed(test, scheduled)))

    def judge(self) -> None:
        """Tell as many mutants as possible from their rules, if the test passes at all."""
        problems, cases = self.bench.check(self.test, self.done)
        if problems or not all(case.passed for case in cases):
            return
        for scheduled in self.needed:
            self.rules[id(scheduled.rule)].exercised = True
        lone = [s for s in self.needed if is_alert(s.rule) and not self._is_read(s.rule)]
        self._judge_alone([(s, fate) for s in lone for fate in self._alive(s)])
        apart = {id(scheduled) for scheduled in lone}
        rest = [s for s in self.needed if id(s) not in apart]
        for scheduled, fate in self._differing(rest):
            self._judge_together(scheduled, fate)

    def _alive(self, scheduled: ScheduledRule) -> list[Fate]:
        return [fate for fate in self.rules[id(scheduled.rule)].fates if not fate.found_by]

    def _is_read(self, rule: Rule) -> bool:
        exprs = [scheduled.rule.expr for scheduled in self.needed]
        exprs += [parse(case.expr) for case in self.test.exprs]
        return any(reads(tuple(walk(expr, Selector)), rule) for expr in exprs)

    def _judge_alone(self, accused: Sequence[tuple[ScheduledRule, Fate]]) -> None:
        """Judge mutants of alerts that nothing reads: all in one replay, each by the cases about it."""
        swapped = [attrs.evolve(s, rule=fate.mutant.changed) for s, fate in accused]
        results = self.bench.replay_rules(self.test, swapped, self.done.source).rules
        for (scheduled, fate), replayed in zip(accused, results, strict=True):
            others = [r for r in self.done.rules if r.scheduled is not scheduled]
            if replayed.failures or not self._alerts_pass([replayed, *others], scheduled.rule.name):
                fate.found_by = self.name

    def _alerts_pass(self, replayed: Sequence[Replayed], alert: str) -> bool:
        alerts = Alerts(self.bench.rules, replayed, self.test.start, self.bench.compat)
        return all(alerts.result(c).passed for c in self.test.alerts if c.alert == alert)

    def _differing(self, rules: Sequence[ScheduledRule]) -> Iterator[tuple[ScheduledRule, Fate]]:
        """Yield the mutants that may do anything else in this test than their rules do."""
        carried = {id(s) for stage in stages(self.needed) if stage.carried for s in stage.rules}
        compared: list[tuple[ScheduledRule, Fate]] = []
        for scheduled in rules:
            for fate in self._alive(scheduled):
                if fate.mutant.is_of_expression and id(scheduled) not in carried:
                    compared.append((scheduled, fate))
                else:
                    yield scheduled, fate

        def times(accused: tuple[ScheduledRule, Fate]) -> tuple[int, int, int]:
            steps = accused[0].query_steps
            return steps.step, steps.start, steps.end

        for _, same_times in groupby(sorted(compared, key=times), key=times):
            batch = list(same_times)
            exprs = dict.fromkeys(
                expr for s, fate in batch for expr in (s.rule.expr, fate.mutant.changed.expr)
            )
            steps = batch[0][0].query_steps
            outcomes = evaluate_each(
                tuple(exprs), self.done.source, steps, options=self.bench.options
            )
            by_expr = dict(zip(exprs, outcomes, strict=True))
            for scheduled, fate in batch:
                changed = by_expr[fate.mutant.changed.expr]
                if not _same(by_expr[scheduled.rule.expr], changed):
                    yield scheduled, fate

    def _judge_together(self, scheduled: ScheduledRule, fate: Fate) -> None:
        """Judge a mutant that other rules or cases read, by all cases."""
        rules = [
            attrs.evolve(s, rule=fate.mutant.changed) if s is scheduled else s for s in self.needed
        ]
        done = self.bench.replay_rules(self.test, rules, self.done.source.source)
        problems, cases = self.bench.check(self.test, done)
        if problems or not all(case.passed for case in cases):
            fate.found_by = self.name


def _needed(test: RuleTest, rules: Sequence[ScheduledRule]) -> Iterator[ScheduledRule]:
    """Yield the rules that the cases of a test are about, and those that these read, and so on."""
    names = {case.alert for case in test.alerts}
    waiting = [s.rule for s in rules if is_alert(s.rule) and s.rule.name in names]
    exprs = [rule.expr for rule in waiting] + [parse(case.expr) for case in test.exprs]
    needed = {id(rule) for rule in waiting}
    while exprs:
        selectors = tuple(walk(exprs.pop(), Selector))
        for scheduled in rules:
            if id(scheduled.rule) not in needed and reads(selectors, scheduled.rule):
                needed.add(id(scheduled.rule))
                exprs.append(scheduled.rule.expr)
    return (scheduled for scheduled in rules if id(scheduled.rule) in needed)


def _same(one: Matrix | EvaluationError, other: Matrix | EvaluationError) -> bool:
    """Tell whether two expressions have the same values; those with native histograms are not compared."""
    if isinstance(one, EvaluationError) or isinstance(other, EvaluationError):
        return False
    if one.histograms is not None or other.histograms is not None or one.labels != other.labels:
        return False
    seen = np.where(one.present, one.values, 0.0), np.where(other.present, other.values, 0.0)
    return bool((one.present == other.present).all()) and np.array_equal(*seen, equal_nan=True)
