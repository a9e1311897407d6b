"""Reads CSV files row by row."""

from __future__ import annotations

import csv
import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

from mixwright.errors import RecordingError
from mixwright.frame import Samples
from mixwright.frame.slicing import take
from mixwright.recordings.csv.layout import (
    Explanation,
    delimiter_of,
    layout_of,
    read_mapping,
)
from mixwright.recordings.csv.times import Reader, time_reader
from mixwright.recordings.damage import Damage
from mixwright.recordings.exposition import parse_series
from mixwright.recordings.memory import MemoryRecording
from mixwright.recordings.staleness import NOTE, with_markers
from mixwright.recordings.text import Gatherer, Lines
from mixwright.values import METRIC_NAME, Labels

_LONGEST_LINE: Final = 1 << 20
"""Bytes; what is longer is cut into lines that are not CSV."""

_ABSENT: Final = frozenset({"", "null", "-", "N/A"})
"""What stands in a cell without a sample."""

_RESAMPLED: Final = (
    "this looks like an export of a Grafana panel: its values are resampled to the width of the panel, "
    "its times are in the time zone of a browser (read as {zone}), and staleness markers are lost; alerts "
    "on it fire at other times than they did; record from the server instead"
)


def read_csv(path: Path, damage: Damage) -> MemoryRecording:
    """Read a CSV file; a `RecordingError` names the line that cannot be read."""
    mapping = read_mapping(path)
    with path.open("rb") as file:
        table = _Table(path, file, mapping, damage)
        table.read()
    samples = table.gatherer.samples()
    marked = _with_markers(samples)
    notes = [_RESAMPLED.format(zone=mapping.timezone or "UTC")] if table.layout.grafana else []
    if marked.sample_count > samples.sample_count:
        notes.append(NOTE)
    return MemoryRecording(marked, form="CSV", provenance=f"CSV in {path}", notes=tuple(notes))


def _with_markers(samples: Samples) -> Samples:
    """Mark where series end or pause: a file of numbers has no staleness markers."""
    span = samples.span()
    if span is None:
        return samples
    ups = [number for number, labels in enumerate(samples.labels) if labels.name == "up"]
    return with_markers(samples, take(samples, np.array(ups, np.int64)), span[1])


class _Table:
    """A file being read: its layout from the headings, then its rows."""

    def __init__(self, path: Path, file: BinaryIO, mapping: Explanation, damage: Damage) -> None:
        self.gatherer = Gatherer()
        self._lines = Lines(path)
        self._damage = damage
        self._mapping = mapping
        self._rows = self._each(file)
        self._numbers: dict[tuple[str, ...], int] = {}
        headings = next(self._rows, [])
        self.layout = layout_of(headings, mapping, path.stem, self._lines)

    def read(self) -> None:
        """Read all rows."""
        first = next(self._rows, None)
        if first is None:
            return
        text = first[self.layout.time] if len(first) > self.layout.time else ""
        time = time_reader(self._mapping.format, self._mapping.timezone, text, self._lines)
        for row in itertools.chain([first], self._rows):
            try:
                self._take(row, time)
            except RecordingError as error:
                self._damage.met(error, "the samples of this row")

    def _each(self, file: BinaryIO) -> Iterator[list[str]]:
        """Yield the rows that are not empty; the first line may name the delimiter (`sep=;`)."""
        lines = self._decoded(file)
        heading = next(lines, "").removeprefix("\ufeff")
        delimiter = self._mapping.delimiter
        if heading.startswith("sep="):
            delimiter = delimiter or heading[4:5]
            heading = next(lines, "")
        if not delimiter or delimiter in "\r\n":
            delimiter = delimiter_of(heading)
        reader = csv.reader(itertools.chain([heading], lines), delimiter=delimiter, strict=True)
        while True:
            try:
                row = next(reader, None)
            except csv.Error as error:
                self._damage.met(
                    self._lines.error(f"is not CSV: {error}"), "the samples of this row"
                )
                continue
            if row is None:
                return
            if row:
                yield [cell.strip() for cell in row]

    def _decoded(self, file: BinaryIO) -> Iterator[str]:
        """Yield the lines as text."""
        while line := file.readline(_LONGEST_LINE):
            self._lines.number += 1
            try:
                yield line.decode()
            except UnicodeDecodeError as error:
                self._damage.met(
                    self._lines.error(f"is not UTF-8: {error.reason}"), "the samples of this row"
                )

    def _take(self, row: Sequence[str], time: Reader) -> None:
        layout = self.layout
        wanted = 1 + max(layout.time, *layout.series, *layout.labels.values(), 0)
        if len(row) < wanted:
            self._lines.fail(f"has {len(row)} columns, but {wanted} are needed")
        try:
            at = time(row[layout.time])
        except (ValueError, OverflowError):
            self._lines.fail(
                f"has `{row[layout.time]:.40}` where a time is expected; "
                "say its `format` in a mapping beside the file"
            )
        texts = tuple(row[column] for column in layout.labels.values())
        for column, labels in layout.series.items():
            text = row[column]
            if text in _ABSENT:
                continue
            number = self._number(column, labels, texts)
            try:
                self.gatherer.add(number, at, float(text))
            except (ValueError, OverflowError):
                self._lines.fail(
                    f"has `{text:.40}` where a number is expected; export values without units"
                )

    def _number(self, column: int, labels: Labels, texts: tuple[str, ...]) -> int:
        key = (str(column), *texts)
        number = self._numbers.get(key)
        if number is None:
            own = dict(zip(self.layout.labels, texts, strict=True))
            name = parse_series(own.pop(METRIC_NAME, ""), self._lines)
            number = self._numbers[key] = self.gatherer.number(labels.with_(name).with_(own))
        return number
