"""A live server behind the interface of a recording."""

from __future__ import annotations

import functools
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from mixwright.errors import MixwrightError
from mixwright.frame import Samples
from mixwright.frame.slicing import between
from mixwright.recordings import staleness
from mixwright.recordings.intervals import scrape_intervals
from mixwright.recordings.pieces import SeriesPieces
from mixwright.recordings.recording import Metadata, Recording, RecordingInfo
from mixwright.recordings.server.address import Server
from mixwright.recordings.server.client import PATIENT, Client, Patience
from mixwright.recordings.server.paging import Page, fetch, known_series
from mixwright.recordings.server.ways import Way, best_way
from mixwright.values import METRIC_NAME, Labels, Matcher, MatchOp

UP: Final = (Matcher(METRIC_NAME, MatchOp.EQUAL, "up"),)
_HOUR: Final = 3_600_000
_SHORT: Final = 4 * _HOUR
"""Milliseconds; of what is asked for in less, whole hours are fetched and kept for a while."""
_DAY: Final = 24 * _HOUR
"""Milliseconds that are asked for at once, more when that made more than so many pages."""
_MOST_PAGES: Final = 64


class ServerRecording(Recording):
    """Asks the server for every selection anew, but for short ones that repeat themselves."""

    def __init__(
        self,
        server: Server,
        *,
        start: int | None = None,
        end: int | None = None,
        way: type[Way] | None = None,
        patience: Patience = PATIENT,
    ) -> None:
        self.server = server
        self._end = int(time.time() * 1000) if end is None else end
        self._start = self._end - _HOUR if start is None else start
        self.client = Client(server, patience)
        self.way = (
            best_way(self.client, self._end) if way is None else way.of(self.client, self._end)
        )

    def select(self, matchers: Sequence[Matcher], start: int, end: int) -> Samples:
        """Return the series that satisfy all `matchers` and have samples in [start, end] (ms), sorted."""
        if end - start > _SHORT:
            return self._marked(tuple(matchers), start, end)
        # Rules that are carried through time ask for the same over and over, a step further on.
        first, last = start - start % _HOUR, end - end % _HOUR + _HOUR - 1
        return between(self._around(tuple(matchers), first, last), start, end)

    @functools.lru_cache(maxsize=64)  # noqa: B019 - a recording lives as long as what it was opened for
    def _around(self, matchers: tuple[Matcher, ...], start: int, end: int) -> Samples:
        return self._marked(matchers, start, end)

    def _marked(self, matchers: tuple[Matcher, ...], start: int, end: int) -> Samples:
        samples = self.fetch(matchers, start, end)
        if self.way.marked or not len(samples):
            return samples
        now = int(time.time() * 1000)
        return staleness.with_markers(samples, self._up(start, end), min(end, now))

    def fetch(self, matchers: Sequence[Matcher], start: int, end: int) -> Samples:
        """Return samples like `select()`, as the server gives them: without staleness markers where it has none."""
        width = max(_DAY, (end - start) // _MOST_PAGES + 1)
        if end - start < width:
            return fetch(self.way, self.client, Page(tuple(matchers), start, end))
        found = SeriesPieces()
        for begin in range(start, end + 1, width):
            page = Page(tuple(matchers), begin, min(begin + width - 1, end))
            found.add_all(fetch(self.way, self.client, page))
        return found.samples()

    @functools.lru_cache(maxsize=16)  # noqa: B019 - as above
    def _up(self, start: int, end: int) -> Samples:
        return self.fetch(UP, start, end)

    def series(self) -> tuple[Labels, ...]:
        """Return the labels of every series of the span, sorted."""
        return known_series(self.client, Page((), self._start, self._end))

    def span(self) -> tuple[int, int]:
        """Return the first and last time (ms) that the server was opened for."""
        return self._start, self._end

    @property
    def info(self) -> RecordingInfo:
        """What is cheap to know of a server: the series of its head, the scrape intervals of the last hour's `up`."""
        up = self._up(max(self._start, self._end - _HOUR), self._end)
        return RecordingInfo(
            format=self.format,
            series=self._head_series(),
            samples=0,
            start=self._start,
            end=self._end,
            scrape_intervals=scrape_intervals(up),
            provenance=f"{self.server}, by {self.way.name}{self._put_in}",
            metadata=self.metadata,
            notes=self.notes,
        )

    @property
    def _put_in(self) -> str:
        """What a recording of this should be remembered to have that the server did not."""
        return "" if self.way.marked else "; staleness markers put in"

    def _head_series(self) -> int:
        try:
            status = self.client.data("api/v1/status/tsdb", post=False)
            return int(status["headStats"]["numSeries"])
        except (MixwrightError, KeyError, TypeError, ValueError):
            return 0

    @property
    def format(self) -> str:
        """What the server is, and how it is read."""
        try:
            built = self.client.data("api/v1/status/buildinfo", post=False)
            version = str(built.get("version", "")) if isinstance(built, dict) else ""
        except MixwrightError:
            version = ""
        return f"Prometheus API {version} by {self.way.name}".replace("  ", " ")

    @property
    def notes(self) -> tuple[str, ...]:
        """What the way of reading has lost, and what was put in its place."""
        synthesised = () if self.way.marked else (staleness.NOTE,)
        warned = tuple(f"the server warns: {text}" for text in self.client.warnings)
        return (*self.way.notes(), *synthesised, *warned)

    @functools.cached_property
    def metadata(self) -> Mapping[str, Metadata]:
        """Types and help of metrics, as far as the server knows them."""
        try:
            found = self.client.data("api/v1/metadata", post=False)
        except MixwrightError:
            return {}
        known = found.items() if isinstance(found, dict) else ()
        return {name: Metadata(*said) for name, given in sorted(known) if (said := _said(given))}

    def close(self) -> None:
        """Close all connections."""
        self.client.close()


def _said(given: Any) -> tuple[str, str] | None:
    """Return type and help from the first thing that targets say of a metric."""
    first = given[0] if isinstance(given, list) and given else None
    if not isinstance(first, dict):
        return None
    kind, text = first.get("type", ""), first.get("help", "")
    return (kind, text) if isinstance(kind, str) and isinstance(text, str) else None
