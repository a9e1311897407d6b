"""Chunks of many series, from any number of blocks, decoded and put together as `Samples`."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import attrs
import numpy as np

from mixwright.errors import RecordingError
from mixwright.frame import Index, Mask, Objects, Samples, Times
from mixwright.frame.histogram import Histogram, ResetHint
from mixwright.frame.slicing import ALL_TIME, offsets
from mixwright.recordings.tsdb import kernels
from mixwright.recordings.tsdb.chunktable import ChunkTable
from mixwright.recordings.tsdb.clocks import (
    Bits,
    Clock,
    distinct_clocks,
    join_clocks,
    without_empty,
)
from mixwright.recordings.tsdb.files import MappedFile
from mixwright.recordings.tsdb.histograms import (
    COUNT_WITH_START_TIMES,
    HISTOGRAMS,
    WITH_START_TIMES,
    decode_chunk,
)
from mixwright.values import Labels

_BATCH: Final = 1 << 20
"""Samples that are decoded together: the times of that many are in memory at once, per thread."""

_FLOATS: Final = (kernels.XOR, kernels.XOR2)
_ENCODINGS: Final = tuple(sorted((*_FLOATS, *HISTOGRAMS)))
_LOST: Final = (-1, 0, 0, 0)
"""The header of a chunk that cannot be read."""
_NAN_BITS: Final = np.array([np.nan]).view(np.uint64)[0]
"""Where the sample is a histogram the float means nothing."""


def assemble(table: ChunkTable, start: int, end: int) -> Samples:
    """Decode every chunk of `table` and keep the samples in [start, end]; series without any are left out."""
    headers = _read_headers(table)
    positions = offsets(headers[:, 1])
    total = int(positions[-1])
    bits = np.empty(total, np.uint64)
    histograms: Objects | None = None
    if _has_histograms(table, headers):
        histograms = np.full(total, None, object)
    chunk_starts = np.searchsorted(table.series, np.arange(len(table.labels) + 1))
    work = [
        _Batch(table, headers, positions, chunk_starts, first, last, bits, histograms)
        for first, last in _batches(positions[chunk_starts])
    ]

    def run(batch: _Batch) -> _Decoded:
        return batch.decode(start, end)

    if len(work) < 2:
        decoded = [run(batch) for batch in work]
    else:
        with ThreadPoolExecutor(os.cpu_count()) as pool:
            decoded = list(pool.map(run, work))
    return _join(table.labels, decoded, bits, histograms)


def _read_headers(table: ChunkTable) -> Index:
    """Return encoding, sample count, start and end of the data of each chunk; checksums are right.

    Samples from memory have the encoding 0.
    """
    headers = np.zeros((len(table.offset), 4), np.int64)
    for number, segment in enumerate(table.segments):
        wanted = rest = np.flatnonzero(table.segment == number)
        while True:
            failed, status = kernels.chunk_headers(segment.data, table.offset, rest, headers)
            if not status:
                break
            table.lose(failed, segment.error(int(table.offset[failed]), status))
            headers[failed] = _LOST
            rest = rest[rest > failed]
        for row in wanted[~np.isin(headers[wanted, 0], (*_ENCODINGS, _LOST[0]))].tolist():
            table.lose(row, _unknown(segment, int(table.offset[row]), int(headers[row, 0])))
            headers[row] = _LOST
        of_starts = wanted[np.isin(headers[wanted, 0], WITH_START_TIMES)]
        headers[of_starts, 1] &= COUNT_WITH_START_TIMES
        # No encoding needs less than a bit for a sample, whatever a chunk says.
        sizes = 8 * (headers[wanted, 3] - headers[wanted, 2])
        for row in wanted[headers[wanted, 1] > sizes].tolist():
            table.lose(row, segment.error(int(table.offset[row]), kernels.MALFORMED))
            headers[row] = _LOST
    if table.memory is not None:
        rows = np.flatnonzero(table.segment == len(table.segments))
        headers[rows, 1] = np.diff(table.memory.starts)[table.offset[rows]]
    return headers


def _unknown(segment: MappedFile, offset: int, encoding: int) -> RecordingError:
    return RecordingError(
        f"`{segment.path}` at byte {offset} has a chunk of encoding {encoding}, which this program does "
        f"not know; it reads {_ENCODINGS[0]} to {_ENCODINGS[-1]}"
    )


def _has_histograms(table: ChunkTable, headers: Index) -> bool:
    in_memory = table.memory is not None and table.memory.histograms is not None
    return in_memory or bool(np.isin(headers[:, 0], HISTOGRAMS).any())


def _batches(starts: Index) -> list[tuple[int, int]]:
    """Cut series into runs [first, last) of about `_BATCH` samples."""
    batches, first = [], 0
    while first < len(starts) - 1:
        last = int(np.searchsorted(starts, starts[first] + _BATCH, side="right")) - 1
        last = max(first + 1, last)
        batches.append((first, last))
        first = last
    return batches


@attrs.frozen(eq=False)
class _Decoded:
    """A batch of series whose values lie at `bits[at:at + sum(counts)]`, with their distinct clocks."""

    at: int
    counts: Index
    clock: Index
    clocks: list[Clock]


@attrs.frozen(eq=False)
class _Workspace:
    """The samples of a batch while they are put in order, one after the other."""

    times: Times
    bits: Bits
    histograms: Objects | None

    def copy(self, memory: Samples, series: int, place: slice) -> None:
        """Put all samples of one series of `memory` at `place`."""
        self.times[place], values = memory.series(series)
        self.bits[place] = values.view(np.uint64)
        if self.histograms is not None and memory.histograms is not None:
            found = slice(*memory.starts[series : series + 2].tolist())
            self.histograms[place] = memory.histograms[found]

    def put_histograms(self, times: list[int], found: list[Histogram], place: slice) -> None:
        """Put native histograms at `place`."""
        self.times[place] = times
        self.bits[place] = _NAN_BITS
        if self.histograms is not None:
            for number, histogram in enumerate(found, place.start):
                self.histograms[number] = histogram

    def keep(self, lo: int, hi: int, which: Index) -> int:
        """Keep of the samples [lo, hi) only `which`, moved to `lo`; returns where they end."""
        for array in (self.times, self.bits, self.histograms):
            if array is not None:
                array[lo : lo + len(which)] = array[lo:hi][which]
        if self.histograms is not None:
            # "No reset" was said about a sample that is not the one before any more.
            for number in (lo + 1 + np.flatnonzero(np.diff(which) != 1)).tolist():
                found = self.histograms[number]
                if found is not None and found.hint is ResetHint.NOT_RESET:
                    self.histograms[number] = attrs.evolve(found, hint=ResetHint.UNKNOWN)
        return lo + len(which)

    def put_in_order(self, lo: int, hi: int) -> int:
        """Sort the samples [lo, hi) by time and keep the last of those with equal time.

        Chunks come in the order of the blocks' first times, so that of overlapping blocks the later
        wins.
        """
        order = np.argsort(self.times[lo:hi], kind="stable")
        times = self.times[lo:hi][order]
        return self.keep(lo, hi, order[np.append(times[1:] != times[:-1], True)])

    def compact(self, first: Index, last: Index) -> None:
        """Move the slices [first, last) of all series together."""
        kernels.compact(self.bits, first, last, self.bits)
        if self.histograms is not None:
            pieces = zip(first.tolist(), last.tolist(), strict=True)
            kept = np.concatenate([self.histograms[:0], *(self.histograms[a:b] for a, b in pieces)])
            self.histograms[: len(kept)] = kept


@attrs.frozen(eq=False)
class _Batch:
    """The series [first, last) of a table, and the part of the answer that they are decoded into."""

    table: ChunkTable
    headers: Index
    positions: Index
    chunk_starts: Index
    first: int
    last: int
    all_bits: Bits
    all_histograms: Objects | None

    def decode(self, start: int, end: int) -> _Decoded:
        rows = slice(*self.chunk_starts[[self.first, self.last]].tolist())
        at, stop = self.positions[[rows.start, rows.stop]].tolist()
        work = _Workspace(
            np.empty(stop - at, np.int64),
            self.all_bits[at:stop],
            None if self.all_histograms is None else self.all_histograms[at:stop],
        )
        lost = [*self._decode_floats(rows, work, at), *self._decode_others(rows, work, at)]
        starts = self.positions[self.chunk_starts[self.first : self.last + 1]] - at
        begins, ends = starts[:-1], starts[1:].copy()
        self._delete(rows, work, begins, ends, at, lost)
        first, last, hashes, disordered = kernels.trim(begins, ends, work.times, start, end)
        for number in np.flatnonzero(disordered).tolist():
            ends[number] = work.put_in_order(int(begins[number]), int(ends[number]))
        if disordered.any():
            first, last, hashes, _ = kernels.trim(begins, ends, work.times, start, end)
        clock, clocks = distinct_clocks(work.times, first, last, hashes)
        work.compact(first, last)
        return _Decoded(at, last - first, clock, clocks)

    def _decode_floats(self, rows: slice, work: _Workspace, at: int) -> Iterator[int]:
        """Decode the floats; yields the rows of chunks that are lost."""
        positions = self.positions[rows] - at
        headers, segments = self.headers[rows], self.table.segment[rows]
        floats = np.isin(headers[:, 0], _FLOATS)
        for number in np.unique(segments[floats]).tolist():
            wanted = np.flatnonzero(floats & (segments == number))
            file = self.table.segments[number]
            while True:
                failed, status = kernels.decode_floats(
                    file.data, headers, wanted, positions, work.times, work.bits
                )
                if not status:
                    break
                row = rows.start + failed
                self.table.lose(row, file.error(int(self.table.offset[row]), status))
                yield row
                wanted = wanted[wanted > failed]

    def _decode_others(self, rows: slice, work: _Workspace, at: int) -> Iterator[int]:
        """Decode native histograms, and copy what is in memory already; yields the rows of chunks that are lost."""
        others = np.flatnonzero(~np.isin(self.headers[rows, 0], _FLOATS)) + rows.start
        for row in others.tolist():
            place = slice(*(self.positions[row : row + 2] - at).tolist())
            encoding, _, begin, end = self.headers[row].tolist()
            if encoding not in HISTOGRAMS:
                if not encoding and self.table.memory is not None:
                    work.copy(self.table.memory, int(self.table.offset[row]), place)
                continue
            file = self.table.segments[int(self.table.segment[row])]
            try:
                times, found = decode_chunk(file.bytes(begin, end), encoding)
            except EOFError:
                error = file.error(int(self.table.offset[row]), kernels.MALFORMED)
                self.table.lose(row, error)
                yield row
            else:
                work.put_histograms(times, found, place)

    def _delete(
        self,
        rows: slice,
        work: _Workspace,
        begins: Index,
        ends: Index,
        at: int,
        lost: Sequence[int],
    ) -> None:
        """Leave out what was deleted of each series, and what is lost, moving the others together."""
        everything = ((ALL_TIME.start, ALL_TIME.stop),)
        deleted = {**self.table.deleted, **dict.fromkeys(lost, everything)}
        concerned = [row for row in deleted if rows.start <= row < rows.stop]
        for series in {int(self.table.series[row]) for row in concerned}:
            lo, hi = int(begins[series - self.first]), int(ends[series - self.first])
            keep: Mask = np.ones(hi - lo, np.bool_)
            for row in range(*self.chunk_starts[series : series + 2].tolist()):
                chunk = slice(*(self.positions[row : row + 2] - at).tolist())
                times = work.times[chunk]
                for begin, end in deleted.get(row, ()):
                    keep[chunk.start - lo : chunk.stop - lo] &= (times < begin) | (times > end)
            ends[series - self.first] = work.keep(lo, hi, np.flatnonzero(keep))


def _join(
    labels: Sequence[Labels], decoded: Sequence[_Decoded], bits: Bits, histograms: Objects | None
) -> Samples:
    """Move the values of all batches together and number their clocks through."""
    used = 0
    for batch in decoded:
        size = int(batch.counts.sum())
        if batch.at != used:
            bits[used : used + size] = bits[batch.at : batch.at + size]
            if histograms is not None:
                histograms[used : used + size] = histograms[batch.at : batch.at + size]
        used += size
    clock, clocks = join_clocks([(batch.clock, batch.clocks) for batch in decoded])
    counts = np.concatenate([np.empty(0, np.int64), *(batch.counts for batch in decoded)])
    some = None if histograms is None else histograms[:used]
    return without_empty(labels, clock, clocks, counts, bits[:used], some)
