"""The ways in which servers give samples away, and which of them a server has."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Final, Protocol

from mixwright.frame import Samples
from mixwright.recordings.server.client import Client, DeniedError, RefusedError
from mixwright.values import METRIC_NAME, Matcher, MatchOp

LARGEST: Final = 50_000_000
"""So many samples are taken at once; more is asked for in parts."""

WAYS: Final = ("remoteread", "export", "rangequery")
"""Modules with a `WAY`, the best one first: remote read has staleness markers and native histograms."""


class Way(Protocol):
    """One way to get samples."""

    name: str
    """How people call it."""

    marked: bool
    """Whether staleness markers come with the samples."""

    @classmethod
    def of(cls, client: Client, time: int) -> Way:
        """Return this way to a server, tried at `time` (ms); `RefusedError` when the server does not have it."""
        ...

    def fetch(self, matchers: Sequence[Matcher], start: int, end: int) -> Samples:
        """Return the series that satisfy all `matchers`, with samples in [start, end] (ms), sorted.

        Raises `TooMuchError` when that cannot be had at once.
        """
        ...

    def notes(self) -> tuple[str, ...]:
        """Return what a reader of the samples should know, one sentence each."""
        ...


def best_way(client: Client, time: int) -> Way:
    """Return the best way that a server has."""
    refusals: list[RefusedError] = []
    for name in WAYS:
        kind: type[Way] = importlib.import_module(f"mixwright.recordings.server.{name}").WAY
        try:
            return kind.of(client, time)
        except RefusedError as error:
            # Servers answer to unknown paths in various ways; a proxy may forbid all but queries.
            refusals.append(error)
    raise next((e for e in refusals if isinstance(e, DeniedError)), refusals[-1])


def selecting(matchers: Sequence[Matcher]) -> tuple[Matcher, ...]:
    """Return matchers that a server takes: one of them must not match the empty value."""
    if all(matcher.matches("") for matcher in matchers):
        return (*matchers, Matcher(METRIC_NAME, MatchOp.NOT_EQUAL, ""))
    return tuple(matchers)


def selector(matchers: Sequence[Matcher]) -> str:
    """Return a selector as text."""
    return "{" + ", ".join(map(str, selecting(matchers))) + "}"
