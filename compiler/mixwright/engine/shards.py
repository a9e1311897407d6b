"""Evaluations cut into shards of time, so that memory stays within a budget whatever the time spans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import attrs
import numpy as np

from mixwright.engine.budget import NOTHING, Need, room, tidy
from mixwright.engine.evaluate import Evaluation
from mixwright.engine.pushed import Queries, Spreading
from mixwright.engine.streaming import Streaming
from mixwright.errors import EvaluationError
from mixwright.frame import Matrix, Steps
from mixwright.promql import Expr
from mixwright.values import Labels

_REST: Final = 0.25
"""A last shard would be shorter than this share of the others: it is evaluated with the one before."""


@attrs.frozen
class Shard:
    """The evaluations in [start, end), in ms."""

    start: int
    end: int

    def of(self, steps: Steps) -> Steps | None:
        """Return those of some steps that lie in the shard, or `None` without any."""
        step = steps.step
        first = max(steps.start, steps.start - (steps.start - self.start) // step * step)
        last = min(steps.end, self.end - 1)
        last -= (last - steps.start) % step
        return Steps(first, last, step) if first <= last else None


@attrs.define(eq=False)
class Shards:
    """The shards of [start, end] (ms), each as long as the budget allows by what the ones before took.

    `held` gathers how many bytes of values were in memory at once; whoever takes a shard sees to it.
    Without a budget there is one shard. They are multiples of `unit` ms, and none but an only one is
    shorter than two of them.
    """

    streaming: Streaming
    start: int
    end: int
    unit: int
    memory: int | None = None
    need: Need = NOTHING
    held: int = attrs.field(default=0, init=False)

    _known: tuple[Shard, ...] = attrs.field(default=(), init=False)

    def spread(self, queries: Sequence[tuple[Sequence[Expr], Steps, int]]) -> None:
        """Have expressions evaluated elsewhere, where the source does that: those that read nothing but it.

        They come with their steps and how many ms earlier they are evaluated. All shards are of one
        length then: they are on their way before it is known what the first one takes.
        """
        source = self.streaming.source
        if not isinstance(source, Spreading):
            return
        span = min(self._span(self.need), (self.end + 1 - self.start) // source.parts)
        span = max(2, span // self.unit) * self.unit
        begin, known = self.start, list[Shard]()
        while begin <= self.end:
            known.append(self._shard(begin, span))
            begin = known[-1].end
        self._known = tuple(known)
        source.announce([_within(shard, queries) for shard in known])

    def __iter__(self) -> Iterator[Shard]:
        for shard in self._known or self._learning():
            last = shard.end > self.end
            if shard.start == self.start and not last:
                tidy()
            self.held = 0
            self.streaming.begin(shard.start, shard.end, self.unit, last=last)
            yield shard
            if not last:
                tidy()

    def _learning(self) -> Iterator[Shard]:
        """Yield shards, each cut when it is known what the one before took."""
        begin, need = self.start, self.need
        while begin <= self.end:
            shard = self._shard(begin, self._span(need))
            yield shard
            begin = shard.end
            held = self.held + 2 * self.streaming.most_read
            need = need.learnt(held, shard.end - shard.start)

    def _span(self, need: Need) -> int:
        """Return how many ms the budget allows."""
        if self.memory is None:
            return self.end + 1 - self.start
        return max(2, need.span(room(self.memory)) // self.unit) * self.unit

    def _shard(self, begin: int, span: int) -> Shard:
        rest = self.end + 1 - begin
        if rest < span * (1 + _REST) or rest < span + 2 * self.unit:
            span = rest
        return Shard(begin, begin + span)


def _within(shard: Shard, queries: Sequence[tuple[Sequence[Expr], Steps, int]]) -> Queries:
    """Return the queries at those of their steps that lie in the shard."""
    return [
        (exprs, Steps(part.start - offset, part.end - offset, part.step))
        for exprs, steps, offset in queries
        if (part := shard.of(steps)) is not None
    ]


def over_shards(evaluation: Evaluation) -> tuple[Matrix | EvaluationError, ...]:
    """Return the values of all expressions over the whole query, computed within the memory budget."""
    query, memory = evaluation.query, evaluation.options.memory
    assert memory is not None
    try:
        need = Need.of(evaluation)
    except EvaluationError as error:
        return tuple(error for _ in evaluation.exprs)
    streaming = Streaming(evaluation.source)
    evaluation.source = streaming
    shards = Shards(streaming, query.start, query.end, query.step, memory, need)
    parts: list[list[Matrix | EvaluationError]] = [[] for _ in evaluation.exprs]
    for shard in shards:
        steps = shard.of(query)
        assert steps is not None
        for own, result in zip(parts, evaluation.over(steps), strict=True):
            own.append(result)
        shards.held = evaluation.most_held
    return tuple(joined(own, query) for own in parts)


def joined(parts: Sequence[Matrix | EvaluationError], steps: Steps) -> Matrix | EvaluationError:
    """Return the values of consecutive shards as one matrix; an error of any is the error of all."""
    matrices: list[Matrix] = []
    for part in parts:
        if isinstance(part, EvaluationError):
            return part
        matrices.append(part)
    if len(matrices) == 1:
        return matrices[0]
    labels = sorted({row for part in matrices for row in part.labels}, key=lambda row: row.pairs)
    rows: dict[Labels, int] = {row: number for number, row in enumerate(labels)}
    shape = len(labels), len(steps)
    values, present = np.zeros(shape), np.zeros(shape, bool)
    histograms = None
    if any(part.histograms is not None for part in matrices):
        histograms = np.full(shape, None, object)
    for part in matrices:
        at = [rows[row] for row in part.labels]
        first = (part.steps.start - steps.start) // steps.step
        columns = slice(first, first + len(part.steps))
        values[at, columns], present[at, columns] = part.values, part.present
        if histograms is not None and part.histograms is not None:
            histograms[at, columns] = part.histograms
    texts = tuple(dict.fromkeys(text for part in matrices for text in part.annotations))
    return Matrix(tuple(labels), steps, values, present, histograms, texts)
