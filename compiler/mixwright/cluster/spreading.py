"""A recording whose expressions are evaluated by workers, a few shards of time ahead of when they are needed."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import attrs

from mixwright.cluster.address import Cluster
from mixwright.cluster.work import Done, Recorded, Work, work
from mixwright.cluster.workers import Pending, Workers, connected
from mixwright.engine import Options
from mixwright.engine.pushed import Queries
from mixwright.frame import Matrix, Samples, Steps
from mixwright.promql import Expr
from mixwright.recordings import Damage, Recording
from mixwright.recordings.remote import Place
from mixwright.values import Matcher

_SHARDS: Final = 2
"""For each worker at least: little is lost with one of them, and each looks back and plans for itself."""
_IN_FLIGHT: Final = 2
"""Shards for each worker: one that is evaluated, and one that waits to be, or to be fetched."""


@attrs.define(eq=False)
class Spread:
    """A recording, and the values that workers find in it; a source of the engine.

    Of what they found, the values of one shard are here, those of a few more with the workers.
    """

    recording: Recording
    recorded: Recorded
    workers: Workers
    damage: Damage
    options: Options
    _waiting: deque[Work] = attrs.field(factory=deque, init=False)
    _flying: deque[tuple[Work, Pending[Done]]] = attrs.field(factory=deque, init=False)
    _shard_of: dict[tuple[Expr, Steps], int] = attrs.field(factory=dict, init=False)
    _values: dict[tuple[Expr, Steps], Matrix | None] = attrs.field(factory=dict, init=False)
    _next: int = attrs.field(default=0, init=False)

    @property
    def parts(self) -> int:
        """Into how many shards time is cut at least."""
        return _SHARDS * self.workers.count

    def announce(self, shards: Sequence[Queries]) -> None:
        """Begin with the first shards; others follow as these are fetched."""
        given = [
            Work(
                self.recorded,
                tuple((tuple(exprs), steps) for exprs, steps in queries),
                self.options,
            )
            for queries in shards
        ]
        self._next = 0
        self._values = {}
        self._flying.clear()
        self._waiting = deque(given)
        self._shard_of = {
            (expr, steps): number
            for number, one in enumerate(given)
            for exprs, steps in one.queries
            for expr in exprs
        }
        self._send()

    def evaluate(self, expr: Expr, steps: Steps) -> Matrix | None:
        """Return the value at every step; `None` where nobody was asked for it, or it fails."""
        shard = self._shard_of.get((expr, steps), -1)
        while self._next <= shard:
            self._fetch()
        return self._values.get((expr, steps))

    def select(self, matchers: Sequence[Matcher], start: int, end: int) -> Samples:
        """Return the series that satisfy all `matchers` and have samples in [start, end] (ms), sorted."""
        return self.recording.select(matchers, start, end)

    def span(self) -> tuple[int, int] | None:
        """Return first and last sample time in ms, or `None` without samples."""
        return self.recording.span()

    def _fetch(self) -> None:
        given, pending = self._flying.popleft()
        self._values = {}
        done = self.workers.result(pending)
        self.damage.remember(done.losses)
        self._values = {
            (expr, steps): value
            for (exprs, steps), values in zip(given.queries, done.values, strict=True)
            for expr, value in zip(exprs, values, strict=True)
        }
        self._next += 1
        self._send()

    def _send(self) -> None:
        while self._waiting and len(self._flying) < _IN_FLIGHT * self.workers.count:
            given = self._waiting.popleft()
            self._flying.append((given, self.workers.submit(work, given)))


@contextmanager
def spread(
    recording: Recording, path: Place, cluster: Cluster, damage: Damage, memory: int | None
) -> Iterator[Spread]:
    """Yield the recording at a path, or URL, as one that a cluster evaluates; `memory` is for each process.

    Raises `MixwrightError` when there is no such cluster.
    """
    recorded = Recorded.of(path, recording, salvage=damage.salvage)
    with connected(cluster) as workers:
        yield Spread(recording, recorded, workers, damage, Options(memory=memory))
