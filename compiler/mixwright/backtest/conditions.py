"""What an alert watches: the values that its expression compares, and what it compares them with."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Sequence

import attrs
import numpy as np

from mixwright.frame import Mask, Matrix, Source, Steps, Values
from mixwright.promql import Binary, Expr, Negation, Number
from mixwright.replay.evaluation import evaluate_rules
from mixwright.replay.states import Episode
from mixwright.values import METRIC_NAME, Labels

MOST_SERIES = 12
"""How many series of a condition are kept: those of episodes first, then those nearest the threshold."""

_MIRRORED = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "==": "==", "!=": "!="}


@attrs.frozen
class Comparison:
    """`watched op threshold`, and `whole` as it stands in an alert's expression.

    `op` is empty where nothing is compared.
    """

    watched: Expr
    op: str = ""
    threshold: Expr | None = None
    whole: Expr | None = None

    @property
    def expr(self) -> Expr:
        """The comparison itself, which has values where it is met."""
        return self.watched if self.whole is None else self.whole

    @property
    def constant(self) -> float | None:
        """The threshold, where it is a number or arithmetic on numbers."""
        return None if self.threshold is None else _constant(self.threshold)

    def __str__(self) -> str:
        return str(self.expr)


@attrs.frozen(kw_only=True, eq=False)
class Condition:
    """A comparison with the values that it had.

    `values` has the watched expression's series, at most `MOST_SERIES` of the `series` there were;
    `thresholds` has the threshold's where it is no number. `extreme` is the value that came nearest to
    meeting the condition, or went furthest beyond; `None` when there were no values, or nothing to come near to.
    """

    comparison: Comparison
    values: Matrix
    thresholds: Matrix | None
    series: int
    extreme: float | None
    met: bool


def comparisons(expr: Expr) -> tuple[Comparison, ...]:
    """Return what an alert's expression compares, left to right; the expression itself if nothing."""
    return tuple(_comparisons(expr)) or (Comparison(expr),)


def _comparisons(expr: Expr) -> Iterator[Comparison]:
    match expr:
        case Binary("and" | "or", left, right):
            yield from _comparisons(left)
            yield from _comparisons(right)
        case Binary("unless", left, _):
            yield from _comparisons(left)
        case Binary(op, left, right, bool_=False) if op in _MIRRORED:
            if _constant(left) is not None:
                yield Comparison(right, _MIRRORED[op], left, expr)
            else:
                yield Comparison(left, op, right, expr)


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
}


def _constant(expr: Expr) -> float | None:
    match expr:
        case Number(value):
            return value
        case Negation(inner):
            negated = _constant(inner)
            return None if negated is None else -negated
        case Binary(op, left, right) if op in _ARITHMETIC or op == "/":
            first, second = _constant(left), _constant(right)
            if first is None or second is None or (op == "/" and second == 0):
                return None
            return first / second if op == "/" else _ARITHMETIC[op](first, second)
    return None


def observe_all(
    watched: Sequence[tuple[Comparison, Sequence[Episode]]], source: Source, steps: Steps
) -> list[Condition]:
    """Evaluate comparisons over the same steps, each with the episodes of its alert."""
    exprs: list[Expr] = []
    for comparison, _ in watched:
        exprs.append(comparison.watched)
        if comparison.threshold is not None and comparison.constant is None:
            exprs += comparison.threshold, comparison.expr
    matrices = iter([result.matrix for result in evaluate_rules(exprs, source, steps)[0]])
    conditions = []
    for comparison, episodes in watched:
        values = next(matrices)
        computed = comparison.threshold is not None and comparison.constant is None
        thresholds = next(matrices) if computed else None
        met = bool(next(matrices).present.any()) if computed else None
        conditions.append(_condition(comparison, values, thresholds, met, episodes))
    return conditions


def _condition(
    comparison: Comparison,
    values: Matrix,
    thresholds: Matrix | None,
    met: bool | None,
    episodes: Sequence[Episode],
) -> Condition:
    limit = comparison.constant
    own = values.values[values.present & ~np.isnan(values.values)]
    extreme = None
    if limit is not None:
        met = bool(_COMPARE[comparison.op](own, limit).any())
        if own.size and comparison.op in (">", ">=", "<", "<="):
            extreme = float(own.max() if comparison.op in (">", ">=") else own.min())
        elif own.size:
            extreme = float(own[np.abs(own - limit).argmin()])
    ranked = _ranked(values, comparison.op, limit, episodes)
    return Condition(
        comparison=comparison,
        values=_only(values, ranked[:MOST_SERIES]),
        thresholds=None
        if thresholds is None
        else _only(thresholds, range(len(thresholds))[:MOST_SERIES]),
        series=len(values),
        extreme=extreme,
        met=bool(values.present.any()) if met is None else met,
    )


_COMPARE: dict[str, Callable[[Values, float], Mask]] = {
    ">": np.greater,
    ">=": np.greater_equal,
    "<": np.less,
    "<=": np.less_equal,
    "==": np.equal,
    "!=": np.not_equal,
}


def _ranked(matrix: Matrix, op: str, limit: float | None, episodes: Sequence[Episode]) -> list[int]:
    """Return the rows in order of interest."""
    alerted = {episode.sample.drop((METRIC_NAME,)) for episode in episodes}
    reference = 0.0 if limit is None else limit
    sign = -1.0 if op in ("<", "<=") else 1.0

    def interest(row: int) -> tuple[bool, float, tuple[tuple[str, str], ...]]:
        labels: Labels = matrix.labels[row].drop((METRIC_NAME,))
        values = matrix.values[row][matrix.present[row]]
        values = values[~np.isnan(values)]
        beyond = float((sign * (values - reference)).max()) if values.size else -np.inf
        return labels not in alerted, -beyond, labels.pairs

    return sorted((row for row in range(len(matrix)) if matrix.present[row].any()), key=interest)


def _only(matrix: Matrix, rows: Sequence[int]) -> Matrix:
    picked = list(rows)
    return Matrix(
        tuple(matrix.labels[row] for row in picked),
        matrix.steps,
        matrix.values[picked],
        matrix.present[picked],
    )
