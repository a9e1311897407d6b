"""What the records of a write-ahead log say: series, samples, deletions, metadata.

Source: `tsdb/record/record.go` of Prometheus.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import Final

import numpy as np

from mixwright.errors import RecordingError
from mixwright.recordings.recording import Metadata
from mixwright.recordings.tsdb import kernels
from mixwright.recordings.tsdb.wal import Record
from mixwright.values import Labels


class RecordType(IntEnum):
    """The first byte of a record."""

    SERIES = 1
    SAMPLES = 2
    TOMBSTONES = 3
    EXEMPLARS = 4
    MMAP_MARKERS = 5
    METADATA = 6
    HISTOGRAMS = 7
    FLOAT_HISTOGRAMS = 8
    CUSTOM_HISTOGRAMS = 9
    CUSTOM_FLOAT_HISTOGRAMS = 10
    SAMPLES_V2 = 11
    HISTOGRAMS_V2 = 12
    FLOAT_HISTOGRAMS_V2 = 13
    MIN_VALID_TIME = 14


_METRIC_TYPES: Final = (
    "unknown",
    "counter",
    "gauge",
    "histogram",
    "gaugehistogram",
    "summary",
    "info",
    "stateset",
)


def record_type(record: Record) -> RecordType:
    """Return what kind of record this is; a `RecordingError` for one that is not known."""
    kind = int(record.data[0]) if len(record.data) else 0
    try:
        return RecordType(kind)
    except ValueError:
        raise RecordingError(
            f"`{record.file.path}` at byte {record.offset} has a record of type {kind}, which this "
            "program does not know; let a Prometheus server write its head to a block, or take a snapshot"
        ) from None


def wrapped(number: int) -> int:
    """Return what 64 bits hold of a number, signed, as sums do in Go."""
    return (number + 2**63) % 2**64 - 2**63


class Decoder:
    """Reads the fields of one record one after the other; a `RecordingError` names the record."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._data = record.data
        self._bytes = record.data.tobytes()
        self.position = 1

    def __bool__(self) -> bool:
        return self.position < len(self._bytes)

    def byte(self) -> int:
        """Read one byte."""
        return self.fixed(1)

    def fixed(self, width: int) -> int:
        """Read an unsigned big-endian number."""
        end = self.position + width
        self._need(end)
        number = int.from_bytes(self._bytes[self.position : end], "big")
        self.position = end
        return number

    def int64(self) -> int:
        """Read a signed big-endian number of eight bytes."""
        return wrapped(self.fixed(8))

    def float64(self) -> float:
        """Read a float with all its bits."""
        return float(np.uint64(self.fixed(8)).view(np.float64))

    def uvarint(self) -> int:
        """Read an unsigned varint."""
        value = shift = 0
        while True:
            byte = self.byte()
            value |= (byte & 0x7F) << shift
            if byte < 0x80:
                if value >> 64:
                    self.fail()
                return value
            shift += 7
            if shift > 63:
                self.fail()

    def varint(self) -> int:
        """Read a zigzag varint."""
        raw = self.uvarint()
        return (raw >> 1) ^ -(raw & 1)

    def count(self) -> int:
        """Read how many things follow; each needs a byte at least."""
        number = self.uvarint()
        self._need(self.position + number)
        return number

    def text(self) -> str:
        """Read a string with its length before it."""
        length = self.uvarint()
        end = self.position + length
        self._need(end)
        found = self._bytes[self.position : end].decode("utf-8", "replace")
        self.position = end
        return found

    def _need(self, end: int) -> None:
        if end > len(self._bytes):
            self.fail()

    def fail(self) -> None:
        """Raise the `RecordingError` for this record."""
        self._record.file.fail(self._record.offset, kernels.MALFORMED)


def read_series(record: Record) -> Iterator[tuple[int, Labels]]:
    """Yield the reference and labels of each series that is introduced."""
    decoder = Decoder(record)
    while decoder:
        reference = decoder.int64()
        yield reference, Labels([(decoder.text(), decoder.text()) for _ in range(decoder.count())])


def read_tombstones(record: Record) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield series reference and deleted interval [first, last] in ms."""
    decoder = Decoder(record)
    while decoder:
        yield decoder.int64(), (decoder.varint(), decoder.varint())


def read_metadata(record: Record) -> Iterator[tuple[int, Metadata]]:
    """Yield series reference and metadata."""
    decoder = Decoder(record)
    while decoder:
        reference, kind = decoder.uvarint(), decoder.byte()
        fields = {decoder.text(): decoder.text() for _ in range(decoder.count())}
        name = _METRIC_TYPES[kind] if kind < len(_METRIC_TYPES) else ""
        yield reference, Metadata(type=name, help=fields.get("HELP", ""))
