"""Expressions that a source evaluates itself: a server can, and workers that read the same recording."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeAlias, runtime_checkable

from mixwright.frame import Matrix, Source, Steps
from mixwright.promql import Expr

Queries: TypeAlias = Sequence[tuple[Sequence[Expr], Steps]]
"""Expressions, each of some over the same steps."""


@runtime_checkable
class Evaluating(Protocol):
    """A source that may know the value of an expression without giving away what it is made of."""

    def evaluate(self, expr: Expr, steps: Steps) -> Matrix | None:
        """Return the value at every step; `None` where it must be evaluated here.

        That is also so when the evaluation fails: here, failures are kept to their times.
        """
        ...


@runtime_checkable
class Spreading(Protocol):
    """A source that has expressions evaluated elsewhere, several shards of time at once.

    `parts` is into how many shards time is to be cut at least, so that all have something to do.
    """

    @property
    def parts(self) -> int: ...  # noqa: D102

    def announce(self, shards: Sequence[Queries]) -> None:
        """Learn what `evaluate` will be asked for, shard by shard in this order."""
        ...


def pushed(exprs: Sequence[Expr], source: Source, steps: Steps) -> dict[int, Matrix]:
    """Return the values that the source knows itself, by number of the expression."""
    if not isinstance(source, Evaluating):
        return {}
    found = {number: source.evaluate(expr, steps) for number, expr in enumerate(exprs)}
    return {number: matrix for number, matrix in found.items() if matrix is not None}
