"""Cases checked on what the rules of a test did."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

import attrs

from mixwright.engine import Options, evaluate_each
from mixwright.engine.conformance.notation import parse_labels, parse_series
from mixwright.errors import EvaluationError, MixwrightError, PromQLError
from mixwright.frame import Matrix, Steps
from mixwright.frame.histogram import Histogram
from mixwright.promql import parse
from mixwright.replay.groups import Replay, Replayed
from mixwright.replay.states import Episode
from mixwright.ruletest.cases import (
    AlertCase,
    ExpectedSample,
    ExprCase,
    RuleTest,
    State,
)
from mixwright.ruletest.matching import Entry, difference
from mixwright.ruletest.result import CaseResult
from mixwright.ruletest.ruleset import RuleSet
from mixwright.values import Duration


@attrs.frozen
class Alerts:
    """What the alerts of a run were at each evaluation."""

    rules: RuleSet
    replayed: Sequence[Replayed]
    start: int
    compat: bool

    def result(self, case: AlertCase) -> CaseResult:
        """Check a case about alerts."""
        result = CaseResult(what=case.what, time=case.time, origin=case.origin)
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


def checked_exprs(test: RuleTest, done: Replay, options: Options) -> dict[int, CaseResult]:
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
    return CaseResult(what=case.what, time=case.time, origin=case.origin, problem=problem)


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
