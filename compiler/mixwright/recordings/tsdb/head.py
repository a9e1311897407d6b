"""The head of a Prometheus data directory: what is in its write-ahead log and not yet in a block.

The log holds every sample of the head; `chunks_head` repeats the older ones without labels, and is
not read. The rules are those of a server that starts: a sample must be later than the one before it
of its series, and not older than the newest block; what came out of order is in a second log.
Source: `tsdb/head_wal.go` of Prometheus.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import attrs
import numpy as np

from mixwright.errors import RecordingError
from mixwright.frame import Index, Objects, Samples, Times
from mixwright.frame.histogram import Histogram
from mixwright.frame.labelindex import LabelIndex
from mixwright.frame.slicing import ALL_TIME, concatenated_histograms
from mixwright.recordings.damage import Damage
from mixwright.recordings.recording import Metadata
from mixwright.recordings.tsdb import kernels
from mixwright.recordings.tsdb.clocks import Bits, distinct_clocks, without_empty
from mixwright.recordings.tsdb.histograms import read_wal_histograms
from mixwright.recordings.tsdb.records import (
    RecordType,
    read_metadata,
    read_series,
    read_tombstones,
    record_type,
)
from mixwright.recordings.tsdb.wal import Record, WriteAheadLog
from mixwright.values import Labels


@attrs.frozen(eq=False)
class Head:
    """The head, decoded; `deleted` has intervals [first, last] in ms by number of series."""

    samples: Samples
    index: LabelIndex
    deleted: Mapping[int, Sequence[tuple[int, int]]]
    metadata: Mapping[str, Metadata]
    notes: tuple[str, ...]


def read_head(directory: Path, earliest: int, last_in_blocks: int, damage: Damage) -> Head | None:
    """Read the logs of a data directory, leaving out what is older than `earliest` (ms).

    That is the end of the newest block as its `meta.json` says, which has no checksum; what is left
    out though it is later than the last sample in any block is noted. Returns `None` when there is
    no log.
    """
    if not (directory / "wal").is_dir():
        return None
    replay = _Replay(damage)
    arrived = replay.read(
        WriteAheadLog(directory / "wal", damage), earliest, last_in_blocks
    ).in_order()
    if (directory / "wbl").is_dir():
        late = replay.read(WriteAheadLog(directory / "wbl", damage), ALL_TIME.start, ALL_TIME.start)
        arrived = arrived.merged(late)
    first, last = arrived.starts[:-1], arrived.starts[1:]
    limits = ALL_TIME.start, ALL_TIME.stop
    *_, hashes, _ = kernels.trim(first, last, arrived.times, *limits)
    clock, clocks = distinct_clocks(arrived.times, first, last, hashes)
    samples = without_empty(
        replay.sorted_labels,
        clock,
        [times for _, times in clocks],
        last - first,
        arrived.bits,
        arrived.histograms,
    )
    return Head(
        samples,
        LabelIndex.of(samples.labels),
        {
            number: replay.deleted[labels]
            for number, labels in enumerate(samples.labels)
            if labels in replay.deleted
        },
        replay.metadata,
        tuple(replay.notes),
    )


@attrs.frozen(eq=False)
class _Arrived:
    """Samples with the number of their series, in order of arrival or, after that, of series and time."""

    count: int
    series: Index
    times: Times
    bits: Bits
    histograms: Objects | None

    @property
    def starts(self) -> Index:
        """Where the samples of each series begin, once they are in order."""
        return np.searchsorted(self.series, np.arange(self.count + 1))

    def in_order(self) -> _Arrived:
        """Bring the samples of each series together, leaving out those that do not advance in time."""
        _, order = kernels.order_of_arrival(self.series, self.count, self.times)
        return self._take(order)

    def merged(self, late: _Arrived) -> _Arrived:
        """Put samples that came out of order in their place; of two with one time the late one counts."""
        if not len(late.series):
            return self
        both = _Arrived(
            late.count,
            np.concatenate([self.series, late.series]),
            np.concatenate([self.times, late.times]),
            np.concatenate([self.bits, late.bits]),
            concatenated_histograms([(part.histograms, len(part.series)) for part in (self, late)]),
        )
        order = np.lexsort((both.times, both.series))
        series, times = both.series[order], both.times[order]
        last = np.append((series[1:] != series[:-1]) | (times[1:] != times[:-1]), True)
        return both._take(order[last & (series >= 0)])

    def _take(self, order: Index) -> _Arrived:
        objects = None if self.histograms is None else self.histograms[order]
        return _Arrived(
            self.count, self.series[order], self.times[order], self.bits[order], objects
        )


class _Replay:
    """What the records of the logs say, taken in one after the other."""

    def __init__(self, damage: Damage) -> None:
        self._damage = damage
        self.sorted_labels: tuple[Labels, ...] = ()
        self.deleted: dict[Labels, list[tuple[int, int]]] = {}
        self.metadata: dict[str, Metadata] = {}
        self.notes: list[str] = []
        self._earliest = ALL_TIME.start
        self._labels: dict[int, Labels] = {}
        self._parts: list[tuple[Index, Times, Bits]] = []
        self._size = 0
        self._histograms: dict[int, Histogram] = {}

    def read(self, log: WriteAheadLog, earliest: int, last_in_blocks: int) -> _Arrived:
        """Take in all records of `log` and return the samples in them that are not before `earliest`."""
        self._earliest = earliest
        self._parts, self._size, self._histograms = [], 0, {}
        for record in log.records():
            try:
                self._take(record)
            except RecordingError as error:
                self._damage.met(error, "the rest of this record")
        if log.torn:
            self.notes.append(log.torn)
        return self._arrived(last_in_blocks)

    def _take(self, record: Record) -> None:
        match record_type(record):
            case RecordType.SERIES:
                self._labels.update(read_series(record))
            case RecordType.SAMPLES | RecordType.SAMPLES_V2 as kind:
                self._take_samples(record, 1 if kind is RecordType.SAMPLES else 2)
            case RecordType.TOMBSTONES:
                for reference, interval in read_tombstones(record):
                    if reference in self._labels and interval[1] >= self._earliest:
                        self.deleted.setdefault(self._labels[reference], []).append(interval)
            case RecordType.METADATA:
                for reference, metadata in read_metadata(record):
                    if reference in self._labels:
                        self.metadata[self._labels[reference].name] = metadata
            case RecordType.EXEMPLARS | RecordType.MMAP_MARKERS:
                # Nothing here evaluates exemplars; markers are about `chunks_head`.
                pass
            case RecordType.MIN_VALID_TIME:
                time = int.from_bytes(record.data[1:9].tobytes(), "big", signed=True)
                self._earliest = max(self._earliest, time)
            case kind:
                for reference, time, histogram in read_wal_histograms(record, kind):
                    self._histograms[self._size] = histogram
                    self._add(np.array([reference]), np.array([time]), np.zeros(1, np.uint64))

    def _take_samples(self, record: Record, version: int) -> None:
        # No sample takes less than a byte for series and time each, and eight for the value.
        room = len(record.data) // 10 + 1
        references, times = np.empty(room, np.int64), np.empty(room, np.int64)
        bits = np.empty(room, np.uint64)
        count = kernels.wal_samples(record.data, version, references, times, bits)
        if count < 0:
            record.file.fail(record.offset, kernels.MALFORMED)
        self._add(references[:count], times[:count], bits[:count])

    def _add(self, references: Index, times: Times, bits: Bits) -> None:
        self._parts.append((references, times, bits))
        self._size += len(references)

    def _arrived(self, last_in_blocks: int) -> _Arrived:
        columns = zip(*self._parts, strict=True) if self._parts else ((), (), ())
        kinds = np.int64, np.int64, np.uint64
        references, times, bits = (
            np.concatenate([np.empty(0, kind), *parts])
            for kind, parts in zip(kinds, columns, strict=True)
        )
        self.sorted_labels = tuple(sorted(set(self._labels.values())))
        series = self._numbers(references)
        unknown = int((series < 0).sum())
        if unknown:
            self.notes.append(
                f"{unknown} samples of the write-ahead log name series that it does not introduce; "
                "like a server that starts, this leaves them out"
            )
        early = times < self._earliest
        if ALL_TIME.start < self._earliest <= last_in_blocks:
            self.notes.append(
                "the newest block has samples later than the end that its `meta.json` says; like a "
                "server that starts, this takes what the write-ahead log has from that end on"
            )
        nowhere = int((early & (times > last_in_blocks) & (series >= 0)).sum())
        if nowhere:
            self.notes.append(
                f"{nowhere} samples of the write-ahead log are older than the end of the newest block "
                "and not in it; like a server that starts, this leaves them out"
            )
        series[early] = -1
        histograms: Objects | None = None
        if self._histograms:
            histograms = np.full(len(series), None, object)
            for place, histogram in self._histograms.items():
                histograms[place] = histogram
            bits[list(self._histograms)] = np.array([np.nan]).view(np.uint64)
        return _Arrived(len(self.sorted_labels), series, times, bits, histograms)

    def _numbers(self, references: Index) -> Index:
        """Return the number of the series that each reference names, -1 for none."""
        if not self._labels:
            return np.full(len(references), -1, np.int64)
        number_of = {labels: number for number, labels in enumerate(self.sorted_labels)}
        known = np.array(sorted(self._labels), np.int64)
        numbers = np.array([number_of[self._labels[r]] for r in known.tolist()], np.int64)
        place = np.minimum(np.searchsorted(known, references), len(known) - 1)
        return np.where(known[place] == references, numbers[place], -1)
