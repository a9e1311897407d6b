"""Samples gathered line by line, as the readers of text formats do."""

from __future__ import annotations

import re
from array import array
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final, NoReturn

import numpy as np

from mixwright.errors import RecordingError
from mixwright.frame import Samples
from mixwright.recordings.damage import Damage
from mixwright.values import Labels

_LABEL: Final = re.compile(
    r'\s*(?:([a-zA-Z_:.][a-zA-Z0-9_:.]*)|"((?:[^"\\]|\\.)*)")\s*(?:=\s*"((?:[^"\\]|\\.)*)"\s*)?(,|$)'
)
_ESCAPE: Final = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)", re.S)
_SIMPLE: Final = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "f": "\f", "v": "\v"}
_LONGEST_LINE: Final = 1 << 20
"""Bytes; a text without line ends is no exposition, and is not read as a whole to find out."""


class Lines:
    """Numbered lines of text, and the words for the one that cannot be read; `source` says where they are."""

    def __init__(self, source: object) -> None:
        self.source = source
        self.number = 0

    def error(self, what: str) -> RecordingError:
        """Return the `RecordingError` about the line that was read last."""
        return RecordingError(f"`{self.source}` line {self.number} {what}")

    def fail(self, what: str) -> NoReturn:
        """Raise the `RecordingError` about the line that was read last."""
        raise self.error(what)


class TextReader(Lines):
    """The lines of a file in UTF-8."""

    def __init__(self, path: Path, damage: Damage, *, longest: int = _LONGEST_LINE) -> None:
        super().__init__(path)
        self._path = path
        self._damage = damage
        self._longest = longest

    def each(self, take: Callable[[str], None]) -> None:
        """Hand every line to `take`; what it cannot read is damage to the file."""
        with self._path.open("rb") as file:
            while line := file.readline(self._longest):
                self.number += 1
                try:
                    take(self._decoded(line))
                except RecordingError as error:
                    self._damage.met(error, "the samples of this line")
                while len(line) == self._longest and not line.endswith(b"\n"):
                    line = file.readline(self._longest)

    def _decoded(self, line: bytes) -> str:
        if len(line) == self._longest:
            self.fail(f"is longer than {self._longest} bytes")
        try:
            return line.decode().rstrip("\r\n")
        except UnicodeDecodeError as error:
            self.fail(f"is not UTF-8: {error.reason}")


class Gatherer:
    """Collects samples of series in any order; 20 bytes a sample while it does."""

    def __init__(self) -> None:
        self._numbers: dict[Labels, int] = {}
        self._series = array("i")
        self._times = array("q")
        self._values = array("d")

    def number(self, labels: Labels) -> int:
        """Return the number to `add` samples of a series under."""
        return self._numbers.setdefault(labels, len(self._numbers))

    def add(self, series: int, time: int, value: float) -> None:
        """Add one sample; of two with the same time the later one counts."""
        self._times.append(time)
        self._series.append(series)
        self._values.append(value)

    def extend(self, series: int, times: Sequence[int], values: Sequence[float]) -> None:
        """Add samples of one series; an `OverflowError` for a time beyond 64 bits leaves all of them out."""
        self._times.extend(array("q", times))
        self._values.extend(array("d", values))
        self._series.extend(array("i", [series]) * len(times))

    def samples(self) -> Samples:
        """Return everything that was added, each series in the order of time."""
        series = np.frombuffer(self._series, np.int32) if self._series else np.empty(0, np.int32)
        times = np.frombuffer(self._times, np.int64) if self._times else np.empty(0, np.int64)
        values = np.frombuffer(self._values) if self._values else np.empty(0)
        order = np.lexsort((times, series))
        series, times, values = series[order], times[order], values[order]
        last = np.append((series[1:] != series[:-1]) | (times[1:] != times[:-1]), True)
        last = last[: len(series)]
        series, times, values = series[last], times[last], values[last]
        edges = np.searchsorted(series, np.arange(len(self._numbers) + 1)).tolist()
        return Samples.of(
            (labels, times[first:end], values[first:end])
            for labels, first, end in sorted(
                zip(self._numbers, edges, edges[1:], strict=False), key=lambda row: row[0]
            )
        )


def parse_labels(text: str, reader: Lines, name: str = "") -> Labels:
    """Read what stands between the braces of a series: `a="x", b="y"`, or `"quoted.name", a="x"`."""
    labels: dict[str, str] = {"__name__": name} if name else {}
    position = 0
    while position < len(text):
        match = _LABEL.match(text, position)
        if match is None:
            reader.fail(f"has labels that cannot be read at `{text[position : position + 40]}`")
        bare, quoted, value, _ = match.groups()
        key = bare if quoted is None else unescape(quoted)
        if value is None:
            if quoted is None or "__name__" in labels:
                reader.fail(f"has a label without a value: `{key}`")
            key, value = "__name__", quoted
        if key in labels:
            reader.fail(f"has the label `{key}` twice")
        labels[key] = unescape(value)
        position = match.end()
    return Labels(labels)


def unescape(text: str) -> str:
    """Undo the backslash escapes of Go string literals, of which the expositions' are a part."""
    return _ESCAPE.sub(_unescape_one, text) if "\\" in text else text


def _unescape_one(match: re.Match[str]) -> str:
    what = match.group(1)
    if what[0] in "xuU" and len(what) > 1:
        return chr(int(what[1:], 16))
    return _SIMPLE.get(what, what)
