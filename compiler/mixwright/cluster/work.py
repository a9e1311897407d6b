"""What a worker does: read its part of a recording, evaluate, give back the values. It knows no cluster."""

from __future__ import annotations

import functools
import threading
from pathlib import Path
from typing import Final, TypeAlias

import attrs

from mixwright.engine import Options, evaluate_each
from mixwright.errors import EvaluationError, RecordingError
from mixwright.frame import Matrix, Steps
from mixwright.promql import Expr
from mixwright.recordings import Damage, Recording, open_recording
from mixwright.recordings.damage import Loss
from mixwright.recordings.remote import Place

Query: TypeAlias = tuple[tuple[Expr, ...], Steps]


@attrs.frozen
class Recorded:
    """A recording as every process opens it: where it lies, and what is in it, so that all see the same."""

    path: Place
    series: int
    samples: int
    span: tuple[int, int] | None
    salvage: bool

    @classmethod
    def of(cls, path: Place, recording: Recording, *, salvage: bool) -> Recorded:
        """Describe a recording that is open."""
        info = recording.info
        path = path.resolve() if isinstance(path, Path) else path
        return cls(path, info.series, info.samples, recording.span(), salvage)


@attrs.frozen
class Work:
    """The expressions of one shard, each of some over the same steps, with what an evaluation needs to know."""

    recorded: Recorded
    queries: tuple[Query, ...]
    options: Options


@attrs.frozen
class Done:
    """The values of the expressions of each query; `None` where an evaluation fails, which is looked into here.

    `losses` are what a damaged recording lacks.
    """

    values: tuple[tuple[Matrix | None, ...], ...]
    losses: tuple[Loss, ...]


_ONE_AT_A_TIME: Final = threading.Lock()
"""The memory that may be taken is the whole process's, however many threads a worker has."""


def work(given: Work) -> Done:
    """Evaluate a shard, in shards of its own where the memory of this process would not do.

    Raises `RecordingError` when the recording cannot be read here, or is another one here.
    """
    with _ONE_AT_A_TIME:
        try:
            recording, damage = _opened(given.recorded)
            values = tuple(_values(query, recording, given.options) for query in given.queries)
        except OSError as error:
            raise RecordingError(f"`{given.recorded.path}` cannot be read: {error}") from None
        return Done(values, tuple(damage.losses))


def _values(query: Query, recording: Recording, options: Options) -> tuple[Matrix | None, ...]:
    exprs, steps = query
    found = evaluate_each(exprs, recording, steps, options=options)
    return tuple(None if isinstance(value, EvaluationError) else value for value in found)


@functools.lru_cache(maxsize=1)
def _opened(recorded: Recorded) -> tuple[Recording, Damage]:
    """Open the recording once for all shards that come to this process."""
    damage = Damage(salvage=recorded.salvage)
    recording = open_recording(recorded.path, damage)
    if Recorded.of(recorded.path, recording, salvage=recorded.salvage) != recorded:
        raise RecordingError(f"`{recorded.path}` is not the recording that it is for others")
    return recording, damage
