"""A live server that evaluates expressions itself, by `query_range`, within its limits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from mixwright.errors import RecordingError
from mixwright.frame import Matrix, Steps, Times, Values
from mixwright.promql import Expr
from mixwright.recordings.server.client import RefusedError, TooMuchError
from mixwright.recordings.server.matrix import ask_matrix
from mixwright.recordings.server.reading import ServerRecording
from mixwright.values import Labels

_PATH: Final = "api/v1/query_range"
_MOST_POINTS: Final = 11_000
"""Of a series in an answer; Prometheus gives no more (`web/api/v1/api.go`)."""

_Pieces = dict[Labels, list[tuple[Times, Values]]]
"""Numbers of steps and the values there, by the labels of the result."""


class _LossyError(Exception):
    """A result that an answer does not hold as it is."""


class EvaluatingServer(ServerRecording):
    """Gives away the values of expressions where it can, and samples for what must be evaluated here."""

    _there = 0
    _here: frozenset[str] = frozenset()

    def evaluate(self, expr: Expr, steps: Steps) -> Matrix | None:
        """Return the value at every step; `None` where the server fails, or finds native histograms.

        Raises `RecordingError` when it answers for other times than it was asked for.
        """
        text = str(expr)
        if text in self._here:
            return None
        pieces: _Pieces = {}
        try:
            for part in _parts(steps):
                self._ask(text, steps, part, pieces)
        except (RefusedError, _LossyError):
            self._here |= {text}
            return None
        self._there += 1
        return _matrix(pieces, steps)

    @property
    def notes(self) -> tuple[str, ...]:
        """What was evaluated where, and what the samples have lost on their way."""
        where = f"`{self.server}` evaluated {self._there} expressions"
        if self._here:
            where += f"; {len(self._here)} it could not, they were evaluated here"
        return (
            f"{where}; those that read what rules write are always evaluated here",
            *super().notes,
        )

    def _ask(self, text: str, steps: Steps, part: Steps, pieces: _Pieces) -> None:
        """Add the values at the steps of `part`, asking for less at a time where that is too much."""
        asked = [
            ("query", text),
            ("start", f"{part.start / 1000:.3f}"),
            ("end", f"{part.end / 1000:.3f}"),
            ("step", f"{part.step / 1000:.3f}"),
            # VictoriaMetrics moves the times of what it caches.
            ("nocache", "1"),
        ]
        try:
            rows = list(ask_matrix(self.client, _PATH, asked))
        except TooMuchError:
            if len(part) == 1:
                raise
            half = part.start + len(part) // 2 * part.step
            self._ask(text, steps, Steps(part.start, half - part.step, part.step), pieces)
            self._ask(text, steps, Steps(half, part.end, part.step), pieces)
            return
        for row in rows:
            if row.has_histograms:
                raise _LossyError
            number, off = np.divmod(row.times - steps.start, steps.step)
            if off.any() or (number < 0).any() or (number >= len(steps)).any():
                raise RecordingError(
                    f"`{self.server}/{_PATH}` answers for other times than it was asked for; something "
                    "before it aligns or caches queries, name the server behind that"
                )
            pieces.setdefault(row.labels, []).append((number, row.values))


def _parts(steps: Steps) -> Iterator[Steps]:
    """Yield the steps in parts that a server allows."""
    width = _MOST_POINTS * steps.step
    for start in range(steps.start, steps.end + 1, width):
        yield Steps(start, min(start + width - steps.step, steps.end), steps.step)


def _matrix(pieces: _Pieces, steps: Steps) -> Matrix:
    labels = tuple(sorted(pieces)) if len(steps) > 1 else tuple(pieces)
    values = np.zeros((len(labels), len(steps)))
    present = np.zeros(values.shape, np.bool_)
    for row, series in enumerate(labels):
        for numbers, found in pieces[series]:
            values[row, numbers], present[row, numbers] = found, True
    return Matrix(labels, steps, values, present)
