"""The index of a Prometheus block, version 1 or 2: symbols, postings, series and their chunks.

Source: `tsdb/docs/format/index.md` and `tsdb/index/index.go` of Prometheus.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import attrs
import numpy as np

from mixwright.errors import RecordingError
from mixwright.frame import Index as Numbers
from mixwright.frame.labelindex import LabelIndex, satisfying
from mixwright.frame.slicing import ALL_TIME
from mixwright.recordings.damage import Damage
from mixwright.recordings.tsdb import kernels
from mixwright.recordings.tsdb.files import MappedFile
from mixwright.values import Labels, Matcher

MAGIC: Final = 0xBAAAD700
_TOC_SIZE: Final = 6 * 8 + 4
_ALL: Final = ("", "")
"""The name and value under which every series is listed."""


@attrs.frozen(eq=False)
class SeriesEntries:
    """Series of one block with those of their chunks that touch a time range.

    The chunks of series `s` are the rows `chunk_starts[s]:chunk_starts[s + 1]` of `chunks`, with
    columns first time, last time (ms) and reference (segment number × 2³² + offset).
    """

    references: Numbers
    label_starts: Numbers
    symbols: Numbers
    chunk_starts: Numbers
    chunks: Numbers


@attrs.frozen(eq=False)
class _Postings:
    """The postings of one label name: its values, and where the series with each are listed."""

    values: list[str]
    offsets: Numbers


class BlockIndex:
    """One index file, opened; only what a question needs is decoded, and its checksum verified."""

    def __init__(self, path: Path, damage: Damage) -> None:
        self._file = file = MappedFile(path)
        self._damage = damage
        self._version = file.expect_magic(MAGIC, "Prometheus block index", (1, 2))
        toc = len(file) - _TOC_SIZE
        try:
            if toc < 5:
                file.fail(0, kernels.TRUNCATED)
            if kernels.crc32c(file.data, toc, len(file) - 4) != file.number(len(file) - 4, 4):
                file.fail(toc, kernels.CHECKSUM)
            self._symbols_at = file.number(toc, 8)
            self._postings_table_at = file.number(toc + 40, 8)
        except RecordingError as error:
            damage.met(error, "the table of contents, so that series are searched for")
            # The symbols come first; without postings there is nothing at this place.
            self._symbols_at, self._postings_table_at = 5, len(file)
        self._symbols_cache: dict[int, str] = {}
        self._labels: dict[int, Labels] = {}
        self._pairs: dict[tuple[int, int], tuple[str, str]] = {}

    def match(self, matchers: Sequence[Matcher]) -> Numbers:
        """Return the references of the series that satisfy all `matchers`, rising."""
        if self._damage.salvage and self._version == 2:
            references, labels = self._searched
            matching: Numbers = references[labels.match(matchers)]
            return matching
        wanted: Numbers | None = None
        unwanted: list[Numbers] = []
        for matcher in matchers:
            postings = self._table.get(matcher.name)
            values = postings.values if postings else []
            found = satisfying(matcher, values)
            absent_too = matcher.matches("")
            listed = np.flatnonzero(~found if absent_too else found)
            references = self._union(postings, listed)
            if absent_too:
                unwanted.append(references)
            elif wanted is None:
                wanted = references
            else:
                wanted = np.intersect1d(wanted, references, assume_unique=True)
        if wanted is None:
            wanted = self._union(self._table.get(_ALL[0]), np.zeros(1, np.int64))
        for references in unwanted:
            wanted = np.setdiff1d(wanted, references, assume_unique=True)
        return wanted

    @functools.cached_property
    def _searched(self) -> tuple[Numbers, LabelIndex]:
        """All series that can be read, found one behind the other instead of through the postings."""
        # No entry reaches behind the end of the file, where a checksum of contents would be.
        _, begin = self._file.section(self._symbols_at)
        found = kernels.sound_series(self._file.data, begin + 4, len(self._file))
        try:
            listed = self._union(self._table.get(_ALL[0]), np.zeros(1, np.int64))
        except RecordingError as error:
            self._damage.met(error, "the postings, so that series are searched for")
        else:
            found = np.intersect1d(found, listed)
            gone = np.setdiff1d(listed, found)
            if len(gone):
                reason = self._file.error(int(gone[0]) * 16, kernels.CHECKSUM)
                self._damage.met(reason, f"{len(gone)} of {len(listed)} series")
        entries = self.entries(found, ALL_TIME.start, ALL_TIME.stop)
        numbers = range(len(found))
        return found, LabelIndex.of(self.labels(entries, number) for number in numbers)

    def entries(self, references: Numbers, start: int, end: int) -> SeriesEntries:
        """Read the entries of the series called `references`, with their chunks in [start, end]."""
        offsets = references * 16 if self._version == 2 else references
        section_end = len(self._file) - _TOC_SIZE
        label_starts, symbols, chunk_starts, chunks, failed, status = kernels.series_entries(
            self._file.data, offsets, section_end, start, end
        )
        if status:
            self._file.fail(int(offsets[failed]), status)
        return SeriesEntries(references, label_starts, symbols, chunk_starts, chunks)

    def labels(self, entries: SeriesEntries, number: int) -> Labels:
        """Return the labels of one series of `entries`."""
        reference = int(entries.references[number])
        labels = self._labels.get(reference)
        if labels is None:
            labels = self._labels[reference] = self._read_labels(entries, number)
        return labels

    def _read_labels(self, entries: SeriesEntries, number: int) -> Labels:
        first, last = entries.label_starts[number : number + 2].tolist()
        pairs = self._pairs
        found = []
        for key in map(tuple, entries.symbols[first:last].tolist()):
            pair = pairs.get(key)
            if pair is None:
                pair = pairs[key] = (self._symbol(key[0]), self._symbol(key[1]))
            found.append(pair)
        return Labels(found)

    def span(self) -> tuple[int, int] | None:
        """Return first and last time of all chunks, or `None` without any."""
        chunks = self._everything.chunks
        return (int(chunks[:, 0].min()), int(chunks[:, 1].max())) if len(chunks) else None

    @property
    def series_count(self) -> int:
        """How many series the block has."""
        return len(self._everything.references)

    @functools.cached_property
    def _everything(self) -> SeriesEntries:
        return self.entries(self.match(()), ALL_TIME.start, ALL_TIME.stop)

    @functools.cached_property
    def _table(self) -> dict[str, _Postings]:
        file = self._file
        start, end = file.section(self._postings_table_at)
        count = file.number(start, 4)
        if count > (end - start) // 4:
            file.fail(start, kernels.MALFORMED)
        table, status = kernels.posting_entries(file.data, start + 4, end, count)
        if status:
            file.fail(start, status)
        edges = [*np.flatnonzero(table[:, 5]).tolist(), count]
        postings = {}
        for first, last in itertools.pairwise(edges):
            name = self._text(*table[first, :2].tolist())
            values = [self._text(*span) for span in table[first:last, 2:4].tolist()]
            postings[name] = _Postings(values, table[first:last, 4].copy())
        if _ALL[0] not in postings:
            file.fail(start, kernels.MALFORMED)
        return postings

    def _union(self, postings: _Postings | None, listed: Numbers) -> Numbers:
        if postings is None or not len(listed):
            return np.empty(0, np.int64)
        parts = [self._list(offset) for offset in postings.offsets[listed].tolist()]
        return parts[0] if len(parts) == 1 else np.unique(np.concatenate(parts))

    def _list(self, offset: int) -> Numbers:
        start, end = self._file.section(offset)
        count = self._file.number(start, 4)
        if count * 4 != end - start - 4:
            self._file.fail(offset, kernels.MALFORMED)
        return self._file.data[start + 4 : end].view(">u4").astype(np.int64)

    @functools.cached_property
    def _symbol_spans(self) -> tuple[Numbers, Numbers]:
        file = self._file
        start, end = file.section(self._symbols_at)
        count = file.number(start, 4)
        if count > end - start:
            file.fail(start, kernels.MALFORMED)
        starts, lengths, status = kernels.string_spans(file.data, start + 4, end, count)
        if status:
            file.fail(start, status)
        return starts, lengths

    def _symbol(self, reference: int) -> str:
        text = self._symbols_cache.get(reference)
        if text is None:
            starts, lengths = self._symbol_spans
            number = reference
            if self._version == 1:
                # Version 1 refers to a symbol by the offset of its length in the file.
                number = int(np.searchsorted(starts, reference, side="right"))
            if not 0 <= number < len(starts):
                raise RecordingError(
                    f"`{self._file.path}` refers to symbol {reference} of {len(starts)}; "
                    "the file is damaged, copy it again"
                )
            text = self._text(int(starts[number]), int(lengths[number]))
            self._symbols_cache[reference] = text
        return text

    def _text(self, start: int, length: int) -> str:
        return self._file.bytes(start, start + length).decode("utf-8", "replace")
