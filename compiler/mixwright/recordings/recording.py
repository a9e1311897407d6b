"""What every recording offers, whatever files it is made of, and what a source of recordings is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Final, Protocol, Self

import attrs

from mixwright.frame import Samples
from mixwright.recordings.damage import Damage
from mixwright.values import Labels, Matcher

_SUFFIXES: Final = ("", "_total", "_bucket", "_sum", "_count", "_created", "_info")
"""What a metric's name can have behind the name that its type and help are said of."""


@attrs.frozen
class Metadata:
    """What an exposition says about a metric: its type (`counter`, `gauge`, …) and help text."""

    type: str = ""
    help: str = ""


@attrs.frozen
class RecordingInfo:
    """What a recording holds, as a table for people.

    `start` and `end` are milliseconds, `None` without samples. `scrape_intervals` says how many
    series were scraped at which interval (ms). `metadata` is by metric name. `notes` are things
    that a reader of results should know, one sentence each.
    """

    format: str
    series: int
    samples: int
    start: int | None
    end: int | None
    scrape_intervals: Mapping[int, int]
    provenance: str = ""
    metadata: Mapping[str, Metadata] = attrs.field(factory=dict)
    notes: tuple[str, ...] = ()

    def family(self, metric: str) -> str | None:
        """Return the name by which `metadata` knows a metric: `requests` for `requests_total`, say."""
        names = (metric.removesuffix(suffix) for suffix in _SUFFIXES)
        return next((name for name in names if name in self.metadata), None)

    @property
    def scrape_interval(self) -> int | None:
        """The interval of most series, in milliseconds, or `None` when no series has two samples."""
        intervals = self.scrape_intervals
        return max(intervals, key=lambda ms: (intervals[ms], -ms)) if intervals else None


class Recording(Protocol):
    """Recorded metrics, opened for reading; a `frame.Source`, and a context manager that closes it."""

    @property
    def info(self) -> RecordingInfo:
        """What the recording holds."""
        ...

    def series(self) -> tuple[Labels, ...]:
        """Return the labels of every series, sorted."""
        ...

    def select(self, matchers: Sequence[Matcher], start: int, end: int) -> Samples:
        """Return the series that satisfy all `matchers` and have samples in [start, end] (ms), sorted."""
        ...

    def span(self) -> tuple[int, int] | None:
        """Return first and last sample time in ms, or `None` without samples."""
        ...

    def close(self) -> None:
        """Let go of what is held open between calls, if anything is; what was selected stays valid."""
        return None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()


@attrs.frozen
class SourceFormat:
    """One format that recordings come in: how to tell it from a path, and how to open it, damaged or not."""

    name: str
    recognises: Callable[[Path], bool]
    open: Callable[[Path, Damage], Recording]
