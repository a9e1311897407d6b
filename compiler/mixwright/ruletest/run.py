"""Test files run: rules replayed over the input series, cases checked on what they did.

Source: prometheus, `cmd/promtool/unittest.go`. Three things differ on purpose: there is no limit of
10000 samples, groups that no order is given for run so that each sees what the others have written
(promtool's order is another one in every run), and a case about an alert that no rule file has fails.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from time import perf_counter

import attrs

from mixwright.engine import Options, evaluate_each
from mixwright.engine.conformance.loading import Points, add, samples
from mixwright.engine.conformance.notation import parse_labels, parse_series
from mixwright.errors import EvaluationError, MixwrightError, PromQLError
from mixwright.frame import Matrix, MemorySource, Samples, Steps
from mixwright.frame.histogram import Histogram
from mixwright.promql import parse
from mixwright.replay.evaluation import Setting
from mixwright.replay.groups import Replay, Replayed, replay
from mixwright.replay.states import Episode
from mixwright.rulefiles import ForeignAlert, ForeignGroup, ForeignRecording, read_rule_file
from mixwright.ruletest.cases import (
    AlertCase,
    ExpectedSample,
    ExprCase,
    RuleTest,
    RuleTestFile,
    State,
)
from mixwright.ruletest.matching import Entry, difference
from mixwright.ruletest.read import read_test_file
from mixwright.ruletest.result import CaseResult, FileResult, TestResult
from mixwright.ruletest.ruleset import RuleSet
from mixwright.values import Duration, Labels

DUPLICATE = "duplicate sample for timestamp"
MOST_EVALUATIONS = 1_000_000


def run_files(
    paths: Iterable[Path],
    *,
    selected: Callable[[str], bool] = lambda _name: True,
    compat: bool = False,
    ignoring: bool = False,
) -> Iterator[FileResult]:
    """Yield the result of each test file, of the tests whose name is `selected`.

    With `compat`, what cannot fail passes, as in promtool; with `ignoring`, rule files may have
    fields that Prometheus does not know. A file that cannot be read does not stop the others.
    """
    known: dict[Path, tuple[ForeignGroup, ...]] = {}
    for path in paths:
        began = perf_counter()
        try:
            file = read_test_file(path, compat=compat)
            for rule_file in file.rule_files:
                if rule_file not in known:
                    known[rule_file] = read_rule_file(rule_file, ignoring=ignoring)
        except MixwrightError as error:
            yield FileResult(path=path, unreadable=str(error))
            continue
        rules = RuleSet.of({str(name): known[name] for name in file.rule_files}, file.order)
        run = _Run(file, rules, compat)
        tests = tuple(
            run.test(test, test.name or f"unnamed#{number}")
            for number, test in enumerate(file.tests)
            if selected(test.name)
        )
        yield FileResult(path=path, tests=tests, seconds=perf_counter() - began)


@attrs.frozen
class _Run:
    file: RuleTestFile
    rules: RuleSet
    compat: bool

    def test(self, test: RuleTest, name: str) -> TestResult:
        """Run one test."""
        began = perf_counter()
        problems: tuple[str, ...] = ()
        cases: tuple[CaseResult, ...] = ()
        try:
            problems, cases = self._outcome(test)
        except MixwrightError as error:
            problems = (str(error),)
        return TestResult(
            name=name,
            origin=test.origin,
            problems=problems,
            cases=cases,
            seconds=perf_counter() - began,
        )

    def _outcome(self, test: RuleTest) -> tuple[tuple[str, ...], tuple[CaseResult, ...]]:
        last = self._steps(test).end - test.start
        if (count := len(self._steps(test))) > MOST_EVALUATIONS:
            raise MixwrightError(
                f"{test.origin}: the test needs {count} evaluations, at most {MOST_EVALUATIONS} are "
                "run; make `evaluation_interval` longer or `eval_time` shorter"
            )
        setting = Setting(
            options=Options(subquery_step=self.file.interval),
            external_labels=test.external_labels,
            external_url=test.external_url,
            keeps_results=True,
        )
        given = _input(test, until=test.last if self.file.group_intervals else last)
        rules = self.rules.scheduled(given, lambda group: self._steps(test, group))
        done = replay(rules, MemorySource(given), setting=setting, hiding=False)
        if problems := tuple(_failures(done, test.start)):
            return problems, ()
        alerts = _Alerts(self.rules, done.rules, test.start, self.compat)
        checked = {id(case): alerts.result(case) for case in test.alerts}
        checked |= _checked_exprs(test, done, setting.options)
        return (), tuple(checked[id(case)] for case in (*test.alerts, *test.exprs))

    def _steps(self, test: RuleTest, group: ForeignGroup | None = None) -> Steps:
        """Return the evaluations of a group, or of all: from the start to the last case's time."""
        every = self.file.interval.ms
        if group is not None and group.interval is not None and self.file.group_intervals:
            every = group.interval.ms
        return Steps(test.start, test.start + test.last // every * every, every)


def _input(test: RuleTest, *, until: int) -> Samples:
    """Return the input series; what lies more than `until` ms after the start is never loaded.

    Of two series of the same labels the later one counts.
    """
    loaded: dict[Labels, Points] = {}
    for line in test.series:
        try:
            series = parse_series(line.text)
        except PromQLError as error:
            raise MixwrightError(f"{line.origin}: {error}") from None
        kept = series.values[: until // test.interval.ms + 1]
        loaded.pop(series.labels, None)
        add(loaded, (attrs.evolve(series, values=kept),), test.interval.ms, test.start)
    return samples(loaded)


def _failures(done: Replay, start: int) -> Iterator[str]:
    """Yield what failed at the first evaluation at which anything did; there Prometheus' run ends."""
    failed = [(f.time, r.scheduled, f.message) for r in done.rules for f in r.failures]
    first = min((at for at, *_ in failed), default=None)
    for at, scheduled, message in failed:
        if at == first:
            rule, after = scheduled.rule, Duration(at - start)
            where = f"{rule.origin}: " if isinstance(rule, ForeignAlert | ForeignRecording) else ""
            yield f"{where}`{rule.name}` fails at {after}: {message}"
    if not failed:
        for labels, at in done.source.conflicts():
            yield f"`{labels}` gets two values at {Duration(at - start)}: {DUPLICATE}"


@attrs.frozen
class _Alerts:
    """What the alerts of a run were at each evaluation."""

    rules: RuleSet
    replayed: Sequence[Replayed]
    start: int
    compat: bool

    def result(self, case: AlertCase) -> CaseResult:
        """Check a case about alerts."""
        result = CaseResult(what=f"alert {case.alert}", time=case.time, origin=case.origin)
        if case.alert not in self.rules.alert_names and not (self.compat and not case.expected):
            near = difflib.get_close_matches(case.alert, self.rules.alert_names, n=1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            return attrs.evolve(result, problem=f"no rule file has an alert `{case.alert}`{hint}")
        expected = [Entry(labels=e.labels, annotations=e.annotations) for e in case.expected]
        for after in self._times(case):
            got = [
                entry
                for replayed in self.replayed
                if replayed.scheduled.rule.name == case.alert and replayed.alerting is not None
                for entry in self._active(replayed, after, case.state)
            ]
            if lines := difference(expected, got, case.strictness):
                wrong = f"other alerts are {case.state} than expected"
                if case.until is not None:
                    wrong += f" at {Duration(after)}"
                return attrs.evolve(result, problem=wrong, difference=lines)
        return result

    def _times(self, case: AlertCase) -> Sequence[int]:
        """Return the times at which a case is checked, in ms after the start."""
        first = case.time.ms
        if case.until is None:
            return (first,)
        evaluations = {
            int(at) - self.start
            for replayed in self.replayed
            if replayed.scheduled.rule.name == case.alert
            for at in replayed.scheduled.steps.times
        }
        inside = (at for at in evaluations if first < at <= case.until.ms)
        return (first, *sorted(inside))

    def _active(self, replayed: Replayed, after: int, state: State) -> Iterator[Entry]:
        """Yield a rule's alerts as its last evaluation up to a time left them."""
        steps = replayed.scheduled.steps
        step = after // steps.step
        at = steps.start + step * steps.step
        for episode in replayed.episodes:
            if _state(episode, at) == state:
                annotations = _annotations(replayed, episode, step)
                yield Entry(labels=episode.labels, annotations=annotations)


def _state(episode: Episode, at: int) -> State | None:
    if at < episode.active_at or (episode.resolved_at is not None and at >= episode.resolved_at):
        return None
    return "firing" if episode.is_firing(at) else "pending"


def _annotations(replayed: Replayed, episode: Episode, step: int) -> dict[str, str]:
    """Return annotations as of the last evaluation that had the alert's condition; then it is kept firing."""
    assert replayed.alerting is not None
    assert replayed.results is not None
    times = replayed.scheduled.steps.times
    while episode.labels not in (results := replayed.results(step)):
        step -= 1
    sample, value = results[episode.labels]
    return dict(replayed.alerting.annotations(sample, value, int(times[step])))


def _checked_exprs(test: RuleTest, done: Replay, options: Options) -> dict[int, CaseResult]:
    """Check the cases about expressions; those of one time are evaluated together."""
    by_time: dict[int, list[ExprCase]] = {}
    for case in test.exprs:
        by_time.setdefault(case.time.ms, []).append(case)
    checked: dict[int, CaseResult] = {}
    for after, cases in by_time.items():
        parsed = {}
        for case in cases:
            try:
                parsed[id(case)] = parse(case.expr)
            except MixwrightError as error:
                checked[id(case)] = _result(case, str(error))
        exprs = tuple(dict.fromkeys(parsed.values()))
        steps = Steps.instant(test.start + after)
        found = dict(
            zip(exprs, evaluate_each(exprs, done.source, steps, options=options), strict=True)
        )
        for case in cases:
            if id(case) in parsed:
                checked[id(case)] = _compared(case, found[parsed[id(case)]])
    return checked


def _compared(case: ExprCase, outcome: Matrix | EvaluationError) -> CaseResult:
    if isinstance(outcome, EvaluationError):
        return _result(case, str(outcome))
    try:
        expected = [_expected(sample) for sample in case.expected]
    except MixwrightError as error:
        return _result(case, str(error))
    lines = difference(expected, list(_samples(outcome)), case.strictness)
    problem = "other samples come out than expected" if lines else ""
    return attrs.evolve(_result(case, problem), difference=lines)


def _result(case: ExprCase, problem: str) -> CaseResult:
    what = f"expression {' '.join(case.expr.split())}"
    return CaseResult(what=what, time=case.time, origin=case.origin, problem=problem)


def _samples(matrix: Matrix) -> Iterator[Entry]:
    for row, labels in enumerate(matrix.labels):
        if matrix.present[row, 0]:
            histogram = None if matrix.histograms is None else matrix.histograms[row, 0]
            value = float(matrix.values[row, 0]) if histogram is None else None
            yield Entry(labels=labels, value=value, histogram=histogram)


def _expected(sample: ExpectedSample) -> Entry:
    text = sample.labels.strip()
    labels, end = parse_labels(text)
    if text[end:].strip():
        raise PromQLError(f'`{text}` is not a series; write `name{{label="value"}}`')
    if not sample.histogram:
        return Entry(labels=labels, value=sample.value)
    values = parse_series(f"{{}} {sample.histogram}").values
    if len(values) != 1 or not isinstance(values[0], Histogram):
        raise PromQLError(f"`{sample.histogram}` is not one native histogram")
    return Entry(labels=labels, histogram=values[0])
