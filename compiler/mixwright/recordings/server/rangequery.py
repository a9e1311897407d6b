"""Range vectors asked for by instant queries: samples as they are, from any server that has Prometheus' query API.

Staleness markers do not come this way, nor do native histograms as they were recorded.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from mixwright.frame import Samples
from mixwright.recordings.pieces import SeriesPieces
from mixwright.recordings.server.client import Client
from mixwright.recordings.server.matrix import ask_matrix
from mixwright.recordings.server.ways import selector
from mixwright.values import METRIC_NAME, Labels, Matcher, MatchOp

_PATH: Final = "api/v1/query"


class RangeQuery:
    """`selector[5m]` at the end of the five minutes."""

    name = "range queries"
    marked = False

    def __init__(self, client: Client) -> None:
        self._client = client
        self._histograms: set[Labels] = set()

    @classmethod
    def of(cls, client: Client, time: int) -> RangeQuery:
        """Return this way to a server; an error when it does not answer a small query as it should."""
        way = cls(client)
        way.fetch((Matcher(METRIC_NAME, MatchOp.EQUAL, "up"),), time, time)
        return way

    def fetch(self, matchers: Sequence[Matcher], start: int, end: int) -> Samples:
        """Return the series that satisfy all `matchers`, with samples in [start, end] (ms), sorted.

        Windows are open on the left since Prometheus 3, and were closed before: what is too much is cut off.
        """
        query = f"{selector(matchers)}[{end - start + 1}ms]"
        found = SeriesPieces()
        asked = [("query", query), ("time", f"{end / 1000:.3f}")]
        for row in ask_matrix(self._client, _PATH, asked):
            if row.has_histograms:
                self._histograms.add(row.labels)
            kept = (row.times >= start) & (row.times <= end)
            found.add(row.labels, row.times[kept], row.values[kept])
        return found.samples()

    def notes(self) -> tuple[str, ...]:
        """Say which series were lost."""
        if not self._histograms:
            return ()
        return (
            f"{len(self._histograms)} series are native histograms, which range queries do not give "
            "as they were recorded; they are left out",
        )


WAY = RangeQuery
