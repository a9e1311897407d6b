"""Expressions evaluated over all of a group's times, with failures kept to the times at which they occur.

A query over a range fails as a whole; a rule fails at one evaluation and succeeds at the next.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from mixwright.engine import Options
from mixwright.engine.evaluate import Evaluation
from mixwright.errors import EvaluationError
from mixwright.frame import Matrix, Objects, Source, Steps
from mixwright.promql import Expr, parse
from mixwright.templating import GoHistogram, Query, TemplateValue
from mixwright.values import Labels

_DEFAULTS = Options()


@attrs.frozen(kw_only=True)
class Setting:
    """The server that rules run on: its engine, and what its templates know of it.

    With `keeps_results`, what every evaluation of every alert found can be asked for afterwards; that
    takes as much memory as the alerts have samples.
    """

    options: Options = _DEFAULTS
    external_labels: Labels = Labels()
    external_url: str = ""
    keeps_results: bool = False


@attrs.frozen
class Evaluated:
    """The value of an expression where it has one; `failures` are messages by number of the step."""

    matrix: Matrix
    failures: dict[int, str]


def evaluate_rules(
    exprs: Sequence[Expr], source: Source, steps: Steps, options: Options = _DEFAULTS
) -> tuple[tuple[Evaluated, ...], int]:
    """Evaluate all expressions in one go, so that they share work; halve the range of those that fail.

    Returns their values, and how many bytes of values were in memory at once.
    """
    evaluation = Evaluation(tuple(exprs), source, steps, options)
    outcomes = evaluation.over(steps)
    return tuple(
        _salvaged(expr, source, steps, options, outcome)
        if isinstance(outcome, EvaluationError)
        else Evaluated(outcome, {})
        for expr, outcome in zip(exprs, outcomes, strict=True)
    ), evaluation.most_held


def query_function(source: Source, options: Options = _DEFAULTS) -> Query:
    """Return the template function `query`, answered from a source."""

    def query(text: str, time: int) -> Sequence[tuple[Labels, TemplateValue]]:
        (result,), _ = evaluate_rules((parse(text),), source, Steps.instant(time), options)
        if result.failures:
            raise EvaluationError(result.failures[0])
        matrix = result.matrix
        return [
            (labels, template_value(matrix, row, 0))
            for row, labels in enumerate(matrix.labels)
            if matrix.present[row, 0]
        ]

    return query


def template_value(matrix: Matrix, row: int, step: int) -> TemplateValue:
    """Return a value as templates see it."""
    histogram = None if matrix.histograms is None else matrix.histograms[row, step]
    if histogram is None:
        return float(matrix.values[row, step])
    return GoHistogram(
        str(histogram),
        histogram.count,
        histogram.sum,
        histogram.zero_count,
        histogram.zero_threshold,
    )


def _salvaged(
    expr: Expr, source: Source, steps: Steps, options: Options, error: EvaluationError
) -> Evaluated:
    """Evaluate what can be evaluated of an expression that fails at some steps."""
    if len(steps) == 1:
        none = np.empty((0, 1))
        return Evaluated(Matrix((), steps, none, none.astype(bool)), {0: str(error)})
    half = len(steps) // 2
    middle = steps.start + half * steps.step
    early = Steps(steps.start, middle - steps.step, steps.step)
    late = Steps(middle, steps.end, steps.step)
    ((first,), _), ((second,), _) = (
        evaluate_rules((expr,), source, part, options) for part in (early, late)
    )
    failures = first.failures | {half + step: text for step, text in second.failures.items()}
    return Evaluated(_joined(steps, first.matrix, second.matrix), failures)


def _joined(steps: Steps, first: Matrix, second: Matrix) -> Matrix:
    rows: dict[Labels, int] = {}
    for labels in (*first.labels, *second.labels):
        rows.setdefault(labels, len(rows))
    values = np.zeros((len(rows), len(steps)))
    present = np.zeros(values.shape, dtype=bool)
    histograms: Objects | None = None
    if first.histograms is not None or second.histograms is not None:
        histograms = np.full(values.shape, None, object)
    for part, columns in (
        (first, slice(0, len(first.steps))),
        (second, slice(len(first.steps), None)),
    ):
        at = [rows[labels] for labels in part.labels]
        values[at, columns], present[at, columns] = part.values, part.present
        if histograms is not None and part.histograms is not None:
            histograms[at, columns] = part.histograms
    return Matrix(tuple(rows), steps, values, present, histograms)
