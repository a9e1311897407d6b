"""Running test scripts against the engine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from enum import Enum
from pathlib import Path

import attrs

from mixwright.engine.conformance.buckets import with_custom_buckets
from mixwright.engine.conformance.compare import difference, samples_difference
from mixwright.engine.conformance.loading import Points, add, samples
from mixwright.engine.conformance.script import Clear, Eval, Load, parse_script
from mixwright.engine.evaluate import evaluate, evaluate_range_vector
from mixwright.engine.run import Options
from mixwright.errors import EvaluationError, MixwrightError, PromQLError
from mixwright.frame import MemorySource, Samples
from mixwright.promql import String, ValueType, parse, type_of
from mixwright.values import Labels

ENGINE = Options(late_names=True)
"""Upstream runs its scripts with names removed late."""


class Outcome(Enum):
    """How an `eval` ended."""

    PASSED = "passed"
    FAILED = "failed"
    UNSUPPORTED = "unsupported"


@attrs.frozen
class Result:
    """The outcome of one `eval`, with the reason when it did not pass."""

    file: str
    line: int
    expr: str
    outcome: Outcome
    reason: str = ""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.outcome.value}: {self.expr}: {self.reason}"


def run_scripts(paths: Iterable[Path]) -> Iterator[Result]:
    """Yield the result of every `eval` of the scripts, in order."""
    for path in paths:
        yield from run_script(path.read_text(encoding="utf-8"), path.name)


def counted(results: Iterable[Result]) -> dict[Outcome, int]:
    """Return how many results there are of each outcome."""
    counts = Counter(result.outcome for result in results)
    return {outcome: counts[outcome] for outcome in Outcome}


def run_script(text: str, name: str = "script", options: Options = ENGINE) -> Iterator[Result]:
    """Yield the result of every `eval` of one script."""
    loaded: dict[Labels, Points] = {}
    source = MemorySource(Samples.of([]))
    unsupported = ""
    for command in parse_script(text):
        match command:
            case Clear():
                loaded, source, unsupported = {}, MemorySource(Samples.of([])), ""
            case Load():
                unsupported = unsupported or command.unsupported
                _add(loaded, command)
                source = MemorySource(samples(loaded))
            case Eval():
                outcome, reason = _evaluated(command, source, options)
                if outcome is Outcome.FAILED and unsupported:
                    outcome, reason = Outcome.UNSUPPORTED, unsupported
                yield Result(name, command.line, command.expr, outcome, reason)


def _add(loaded: dict[Labels, Points], load: Load) -> None:
    series = load.series
    if load.custom_buckets:
        series = (*series, *with_custom_buckets(series))
    add(loaded, series, load.step)


def _evaluated(command: Eval, source: MemorySource, options: Options) -> tuple[Outcome, str]:
    try:
        expr = parse(command.expr)
    except MixwrightError as error:
        if command.expects("fail"):
            return Outcome.PASSED, ""
        return Outcome.UNSUPPORTED, str(error).partition("\n")[0]
    try:
        if isinstance(expr, String):
            wrong = "" if expr.value == command.string else f"the string is {expr.value!r}"
        elif type_of(expr) is ValueType.MATRIX:
            found = evaluate_range_vector(expr, source, command.steps.start, options=options)
            wrong = samples_difference(command, found)
        else:
            (matrix,) = evaluate([expr], source, command.steps, options=options)
            wrong = difference(command, expr, matrix)
    except (EvaluationError, PromQLError) as error:
        wrong = _failure(command, str(error))
        return (Outcome.FAILED, wrong) if wrong else (Outcome.PASSED, "")
    if command.expects("fail"):
        wrong = "an error was expected"
    return (Outcome.FAILED, wrong) if wrong else (Outcome.PASSED, "")


def _failure(command: Eval, text: str) -> str:
    expected = command.expects("fail")
    if not expected:
        return f"error: {text}"
    return "" if expected[0].matches(text) else f"error `{text}`, expected `{expected[0].text}`"
