"""The values of an expression over all shards of time, of which a few series are wanted in the end."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator, Sequence

import attrs
import numpy as np

from mixwright.frame import Mask, Matrix, Steps, Values
from mixwright.replay.spill import Piece, Spill
from mixwright.values import Labels


@attrs.frozen(eq=False)
class _Aside:
    """The values of an earlier shard, on disk."""

    labels: tuple[Labels, ...]
    steps: Steps
    values: Piece
    present: Piece


@attrs.define(eq=False)
class Kept:
    """The values so far: those of the last shard in memory, all others put aside."""

    spill: Spill
    labels: set[Labels] = attrs.field(factory=set, init=False)
    _last: Matrix | None = attrs.field(default=None, init=False)
    _aside: list[_Aside] = attrs.field(factory=list, init=False)

    def add(self, matrix: Matrix) -> None:
        """Take the values of the next shard."""
        self._put_last_aside()
        self._last = matrix
        self.labels.update(matrix.labels)

    def rows(self, labels: Sequence[Labels], steps: Steps) -> Callable[[], Matrix]:
        """Return what returns the values of some series at `steps`, which are those of all shards."""
        if self._aside:
            self._put_last_aside()
            return lambda: self._read(labels, steps)
        whole = self._read(labels, steps)
        return lambda: whole

    def _put_last_aside(self) -> None:
        if self._last is not None:
            old, put = self._last, self.spill.put
            self._aside.append(_Aside(old.labels, old.steps, put(old.values), put(old.present)))
            self._last = None

    def _read(self, labels: Sequence[Labels], steps: Steps) -> Matrix:
        numbers = {row: number for number, row in enumerate(labels)}
        shape = len(labels), len(steps)
        values, present = np.zeros(shape), np.zeros(shape, bool)
        for part, name, own, there in self._pieces(numbers):
            first = (part.start - steps.start) // steps.step
            columns = slice(first, first + len(part))
            values[numbers[name], columns], present[numbers[name], columns] = own, there
        return Matrix(tuple(labels), steps, values, present)

    def _pieces(self, wanted: Container[Labels]) -> Iterator[tuple[Steps, Labels, Values, Mask]]:
        """Yield what each shard has of each series that is wanted."""
        row_of = self.spill.row
        for aside in self._aside:
            for row, name in enumerate(aside.labels):
                if name in wanted:
                    own, there = row_of(aside.values, row), row_of(aside.present, row)
                    yield aside.steps, name, own, there
        if self._last is not None:
            last = self._last
            for row, name in enumerate(last.labels):
                if name in wanted:
                    yield last.steps, name, last.values[row], last.present[row]
