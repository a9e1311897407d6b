"""What an alert watches: the values that its expression compares, and what it compares them with."""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import attrs
import numpy as np

from mixwright.backtest.kept import Kept
from mixwright.frame import Mask, Matrix, Steps, Values
from mixwright.promql import Binary, Expr, Negation, Number
from mixwright.replay.groups import Replay
from mixwright.replay.spill import Spill
from mixwright.replay.states import Episode
from mixwright.values import METRIC_NAME, Labels

MOST_SERIES = 12
"""How many series of a condition are kept: those of episodes first, then those nearest the threshold."""

MIRRORED: Final = {">": "<", "<": ">", ">=": "<=", "<=": ">=", "==": "==", "!=": "!="}


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
    `thresholds` has the threshold's where it is no number. Both are read back from disk, each time,
    where memory is bounded. `extreme` is the value that came nearest to
    meeting the condition, or went furthest beyond; `None` when there were no values, or nothing to come near to.
    """

    comparison: Comparison
    series: int
    extreme: float | None
    met: bool
    _values: Callable[[], Matrix]
    _thresholds: Callable[[], Matrix] | None

    @property
    def values(self) -> Matrix:
        """The watched values."""
        return self._values()

    @property
    def thresholds(self) -> Matrix | None:
        """What they were compared with."""
        return None if self._thresholds is None else self._thresholds()


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
        case Binary(op, left, right, bool_=False) if op in MIRRORED:
            if _constant(left) is not None:
                yield Comparison(right, MIRRORED[op], left, expr)
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
    watched: Sequence[Sequence[tuple[Comparison, Sequence[Episode]]]],
    steps: Sequence[Steps],
    done: Replay,
) -> Iterator[list[Condition]]:
    """Yield the conditions of each batch of comparisons, evaluated over its own steps.

    A comparison comes with the episodes of its alert.
    """
    spill = Spill()
    watchers = [[_Watcher(c, e, spill) for c, e in batch] for batch in watched]
    queries = [
        ([x for w in batch for x in w.exprs], own)
        for batch, own in zip(watchers, steps, strict=True)
    ]
    for number, results in done.over_shards(queries):
        matrices = iter([result.matrix for result in results])
        for watcher in watchers[number]:
            watcher.take([next(matrices) for _ in watcher.exprs])
    for batch, own in zip(watchers, steps, strict=True):
        yield [watcher.condition(own) for watcher in batch]


class _Watcher:
    """A comparison on its way through time, a shard of evaluations after the other."""

    def __init__(self, comparison: Comparison, episodes: Sequence[Episode], spill: Spill) -> None:
        self.comparison, self.episodes = comparison, episodes
        self.computed = comparison.threshold is not None and comparison.constant is None
        self.exprs = [comparison.watched]
        if self.computed and comparison.threshold is not None:
            self.exprs += comparison.threshold, comparison.expr
        self._values, self._thresholds = Kept(spill), Kept(spill)
        self._beyond: dict[Labels, float] = {}
        self._extreme: float | None = None
        self._met = False

    def take(self, matrices: Sequence[Matrix]) -> None:
        """Take the values of the comparison's expressions at the next evaluations."""
        values, limit, op = matrices[0], self.comparison.constant, self.comparison.op
        self._values.add(values)
        if self.computed:
            self._thresholds.add(matrices[1])
            self._met = self._met or bool(matrices[2].present.any())
        elif limit is None:
            self._met = self._met or bool(values.present.any())
        else:
            own = values.values[values.present & ~np.isnan(values.values)]
            self._met = self._met or bool(COMPARE[op](own, limit).any())
            if own.size:
                seen = own if self._extreme is None else np.append(own, self._extreme)
                self._extreme = _extreme(seen, op, limit)
        for labels, beyond in _beyond(values, op, limit):
            self._beyond[labels] = max(beyond, self._beyond.get(labels, -np.inf))

    def condition(self, steps: Steps) -> Condition:
        """Return what has been seen."""
        ranked = _ranked(self._beyond, self.episodes)
        thresholds = sorted(self._thresholds.labels)[:MOST_SERIES]
        return Condition(
            comparison=self.comparison,
            values=self._values.rows(ranked[:MOST_SERIES], steps),
            thresholds=self._thresholds.rows(thresholds, steps) if self.computed else None,
            series=len(self._values.labels),
            extreme=self._extreme,
            met=self._met,
        )


COMPARE: Final[dict[str, Callable[[Values, float], Mask]]] = {
    ">": np.greater,
    ">=": np.greater_equal,
    "<": np.less,
    "<=": np.less_equal,
    "==": np.equal,
    "!=": np.not_equal,
}


def _extreme(values: Values, op: str, limit: float) -> float | None:
    """Return the value that is furthest beyond a limit, or nearest to it; of two the smaller one."""
    if op in (">", ">="):
        return float(values.max())
    if op in ("<", "<="):
        return float(values.min())
    distance = np.abs(values - limit)
    return float(values[distance == distance.min()].min())


def _beyond(matrix: Matrix, op: str, limit: float | None) -> Iterator[tuple[Labels, float]]:
    """Yield for each series how far beyond the limit it went, or how near it came."""
    reference, sign = 0.0 if limit is None else limit, -1.0 if op in ("<", "<=") else 1.0
    for labels, values, present in zip(matrix.labels, matrix.values, matrix.present, strict=True):
        own = values[present & ~np.isnan(values)]
        if present.any():
            yield labels, float((sign * (own - reference)).max()) if own.size else -np.inf


def _ranked(beyond: Mapping[Labels, float], episodes: Sequence[Episode]) -> list[Labels]:
    """Return the series in order of interest."""
    alerted = {episode.sample.drop((METRIC_NAME,)) for episode in episodes}

    def interest(labels: Labels) -> tuple[bool, float, tuple[tuple[str, str], ...]]:
        bare = labels.drop((METRIC_NAME,))
        return bare not in alerted, -beyond[labels], bare.pairs

    return sorted(beyond, key=interest)
