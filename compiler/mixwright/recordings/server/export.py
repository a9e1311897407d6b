"""VictoriaMetrics' export: raw samples as JSON lines, streamed.

Staleness markers are the only NaN that it keeps; it writes them as `null`, or as `NaN`. Source:
VictoriaMetrics, `app/vmselect/prometheus/export.qtpl`, `lib/storage/storage.go`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Final

import numpy as np

from mixwright.frame import STALE_NAN, Samples, Times, Values
from mixwright.recordings.pieces import SeriesPieces
from mixwright.recordings.server.client import AbsentError, Answer, Client, TooMuchError
from mixwright.recordings.server.matrix import read_labels
from mixwright.recordings.server.ways import LARGEST, selector
from mixwright.values import METRIC_NAME, Labels, Matcher, MatchOp

_PATH: Final = "api/v1/export"
_LONGEST_LINE: Final = 64 << 20
_VALUES: Final = b'"values":['
_INFINITY: Final = re.compile(rb"\+?(-?)Inf(?!inity)")


class Export:
    """One line for each series, or for each block of one."""

    name = "export"
    marked = True

    def __init__(self, client: Client) -> None:
        self._client = client

    @classmethod
    def of(cls, client: Client, time: int) -> Export:
        """Return this way to a server; an error when it does not answer a small request as it should."""
        way = cls(client)
        way.fetch((Matcher(METRIC_NAME, MatchOp.EQUAL, "up"),), time, time)
        return way

    def fetch(self, matchers: Sequence[Matcher], start: int, end: int) -> Samples:
        """Return the series that satisfy all `matchers`, with samples in [start, end] (ms), sorted."""

        def read(answer: Answer) -> Samples:
            found = SeriesPieces()
            for line in _lines(answer):
                labels, times, values = _series(line, answer.url)
                kept = (times >= start) & (times <= end)
                found.add(labels, times[kept], values[kept])
                if found.sample_count > LARGEST:
                    raise TooMuchError(f"`{answer.url}` answers with more than {LARGEST} samples")
            return found.samples()

        asked = [
            ("match[]", selector(matchers)),
            ("start", f"{start / 1000:.3f}"),
            ("end", f"{end / 1000:.3f}"),
        ]
        return self._client.ask(_PATH, read, fields=asked)

    def notes(self) -> tuple[str, ...]:
        """Return nothing: samples come as they are stored."""
        return ()


WAY = Export


def _lines(answer: Answer) -> Iterator[bytes]:
    rest = b""
    for piece in answer.pieces():
        *lines, rest = (rest + piece).split(b"\n")
        yield from (line for line in lines if line.strip())
        if len(rest) > _LONGEST_LINE:
            raise TooMuchError(
                f"`{answer.url}` answers with a line of more than {_LONGEST_LINE >> 20} MB"
            )
    if rest.strip():
        yield rest


def _series(line: bytes, url: str) -> tuple[Labels, Times, Values]:
    """Read one line: labels, times (ms), values."""
    before, start, after = line.partition(_VALUES)
    numbers, end, rest = after.partition(b"]")
    if b"Inf" in numbers:
        # Older releases write infinity as Go does, which JSON does not know.
        line = before + start + _INFINITY.sub(rb"\1Infinity", numbers) + end + rest
    try:
        found = json.loads(line)
        labels = read_labels(found["metric"])
        values = np.array([np.nan if v is None else float(v) for v in found["values"]], np.float64)
        times = np.array(found["timestamps"] or np.empty(0, np.int64))
    except (KeyError, TypeError, ValueError, OverflowError, RecursionError):
        labels = None
    if labels is None or times.dtype != np.int64 or times.shape != values.shape:
        raise AbsentError(f"`{url}` answers with a line that is not of VictoriaMetrics' export")
    values[np.isnan(values)] = STALE_NAN
    return labels, times, values
