"""Evaluations cut into shards of time, so that memory stays within a budget whatever the time spans."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import attrs
import numpy as np

from mixwright.engine.budget import NOTHING, Need, room, tidy
from mixwright.engine.evaluate import Evaluation
from mixwright.engine.streaming import Streaming
from mixwright.errors import EvaluationError
from mixwright.frame import Matrix, Steps
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

    def __iter__(self) -> Iterator[Shard]:
        begin, need = self.start, self.need
        while begin <= self.end:
            span = rest = self.end + 1 - begin
            if self.memory is not None:
                span = max(2, need.span(room(self.memory)) // self.unit) * self.unit
            if rest < span * (1 + _REST) or rest < span + 2 * self.unit:
                span = rest
            shard = Shard(begin, begin + span)
            if shard.start == self.start and shard.end <= self.end:
                tidy()
            begin, self.held = shard.end, 0
            last = begin > self.end
            self.streaming.begin(shard.start, shard.end, self.unit, last=last)
            yield shard
            if not last:
                need = need.learnt(self.held + 2 * self.streaming.most_read, span)
                tidy()


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
