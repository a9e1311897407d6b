"""Test files run: rules replayed over the input series, cases checked on what they did.

Source: prometheus, `cmd/promtool/unittest.go`. Three things differ on purpose: there is no limit of
10000 samples, groups that no order is given for run so that each sees what the others have written
(promtool's order is another one in every run), and a case about an alert that no rule file has fails.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from time import perf_counter
from typing import TypeAlias

import attrs

from mixwright.engine import Options
from mixwright.errors import MixwrightError
from mixwright.frame import MemorySource, Source, Steps
from mixwright.replay.dependencies import ScheduledRule
from mixwright.replay.evaluation import Setting
from mixwright.replay.groups import Replay, replay
from mixwright.replay.rules import Group
from mixwright.ruletest.cases import RuleTest, RuleTestFile
from mixwright.ruletest.check import Alerts, checked_exprs
from mixwright.ruletest.inputs import given_samples
from mixwright.ruletest.read import read_test_file
from mixwright.ruletest.result import CaseResult, FileResult, TestResult
from mixwright.ruletest.ruleset import RuleSet
from mixwright.ruletest.sources import RuleSources
from mixwright.values import Duration

DUPLICATE = "duplicate sample for timestamp"
MOST_EVALUATIONS = 1_000_000

Watch: TypeAlias = Callable[["Bench", RuleTest, Replay], None]
"""Told what the rules of a test did."""


def run_files(
    paths: Iterable[Path],
    *,
    selected: Callable[[str], bool] = lambda _name: True,
    compat: bool = False,
    ignoring: bool = False,
    watch: Watch | None = None,
) -> Iterator[FileResult]:
    """Yield the result of each test file, of the tests whose name is `selected`.

    With `compat`, what cannot fail passes, as in promtool; with `ignoring`, rule files may have
    fields that Prometheus does not know. A file that cannot be read does not stop the others.
    """
    sources = RuleSources(ignoring=ignoring)
    for path in paths:
        began = perf_counter()
        try:
            bench = Bench.of(path, sources, compat=compat)
        except MixwrightError as error:
            yield FileResult(path=path, unreadable=str(error))
            continue
        tests = tuple(
            bench.run(test, name, watch) for name, test in bench.named() if selected(test.name)
        )
        yield FileResult(path=path, tests=tests, seconds=perf_counter() - began)


@attrs.frozen
class Bench:
    """A test file with the rules that it is about, ready to run."""

    file: RuleTestFile
    rules: RuleSet
    compat: bool = False

    @classmethod
    def of(cls, path: Path, sources: RuleSources, *, compat: bool = False) -> Bench:
        """Read a test file and its rules. Raises `MixwrightError` when that cannot be done."""
        file = read_test_file(path, compat=compat)
        return cls(file, RuleSet.of(sources.of(file), file.order), compat)

    def named(self) -> Iterator[tuple[str, RuleTest]]:
        """Yield each test with a name to call it by."""
        for number, test in enumerate(self.file.tests):
            yield test.name or f"unnamed#{number}", test

    def run(self, test: RuleTest, name: str, watch: Watch | None = None) -> TestResult:
        """Run one test."""
        began = perf_counter()
        problems: tuple[str, ...] = ()
        cases: tuple[CaseResult, ...] = ()
        try:
            done = self.replay(test, idle=watch is not None)
            problems, cases = self.check(test, done)
        except MixwrightError as error:
            problems = (str(error),)
        else:
            if watch is not None:
                watch(self, test, done)
        return TestResult(
            name=name,
            origin=test.origin,
            problems=problems,
            cases=cases,
            seconds=perf_counter() - began,
        )

    @property
    def options(self) -> Options:
        """How the engine evaluates in this file."""
        return Options(subquery_step=self.file.interval)

    def replay(self, test: RuleTest, *, idle: bool = False) -> Replay:
        """Replay the rules over the input of a test, with `idle` those too that can yield nothing."""
        last = self._steps(test).end - test.start
        if (count := len(self._steps(test))) > MOST_EVALUATIONS:
            raise MixwrightError(
                f"{test.origin}: the test needs {count} evaluations, at most {MOST_EVALUATIONS} are "
                "run; make `evaluation_interval` longer or `eval_time` shorter"
            )
        given = given_samples(test, until=test.last if self.file.group_intervals else last)
        rules = self.rules.scheduled(given, lambda group: self._steps(test, group), idle=idle)
        return self.replay_rules(test, rules, MemorySource(given))

    def replay_rules(
        self, test: RuleTest, rules: Sequence[ScheduledRule], source: Source
    ) -> Replay:
        """Replay some rules on the server of a test; what a recorded server's rules wrote is not seen."""
        setting = Setting(
            options=self.options,
            external_labels=test.external_labels,
            external_url=test.external_url,
            keeps_results=True,
        )
        return replay(rules, source, setting=setting, hiding=test.recorded is not None)

    def check(self, test: RuleTest, done: Replay) -> tuple[tuple[str, ...], tuple[CaseResult, ...]]:
        """Return what kept the cases from being checked, or what became of them."""
        if not (test.alerts or test.exprs or self.compat):
            return ("the test has no cases, so nothing can fail",), ()
        if problems := tuple(_failures(done, test.start)):
            return problems, ()
        alerts = Alerts(self.rules, done.rules, test.start, self.compat)
        checked = {id(case): alerts.result(case) for case in test.alerts}
        checked |= checked_exprs(test, done, self.options)
        return (), tuple(checked[id(case)] for case in (*test.alerts, *test.exprs))

    def _steps(self, test: RuleTest, group: Group | None = None) -> Steps:
        """Return the evaluations of a group, or of all: from the start to the last case's time."""
        every = self.file.interval.ms
        if group is not None and group.interval is not None and self.file.group_intervals:
            every = group.interval.ms
        return Steps(test.start, test.start + test.last // every * every, every)


def _failures(done: Replay, start: int) -> Iterator[str]:
    """Yield what failed at the first evaluation at which anything did; there Prometheus' run ends."""
    failed = [(f.time, r.scheduled, f.message) for r in done.rules for f in r.failures]
    first = min((at for at, *_ in failed), default=None)
    for at, scheduled, message in failed:
        if at == first:
            rule, after = scheduled.rule, Duration(at - start)
            where = "" if rule.origin is None else f"{rule.origin}: "
            yield f"{where}`{rule.name}` fails at {after}: {message}"
    if not failed:
        for labels, at in done.source.conflicts():
            yield f"`{labels}` gets two values at {Duration(at - start)}: {DUPLICATE}"
