"""Compiled decoders of Prometheus' binary formats; each checks bounds and returns where it failed, never raises."""

from __future__ import annotations

from mixwright.recordings.tsdb.kernels.chunks import XOR, XOR2, chunk_headers, decode_floats
from mixwright.recordings.tsdb.kernels.encoding import (
    CHECKSUM,
    MALFORMED,
    OK,
    TRUNCATED,
    crc32c,
    uvarint,
    varint,
)
from mixwright.recordings.tsdb.kernels.index import (
    posting_entries,
    series_entries,
    sound_series,
    string_spans,
)
from mixwright.recordings.tsdb.kernels.series import compact, order_of_arrival, same_times, trim
from mixwright.recordings.tsdb.kernels.wal import wal_samples

__all__ = [
    "CHECKSUM",
    "MALFORMED",
    "OK",
    "TRUNCATED",
    "XOR",
    "XOR2",
    "chunk_headers",
    "compact",
    "crc32c",
    "decode_floats",
    "order_of_arrival",
    "posting_entries",
    "same_times",
    "series_entries",
    "sound_series",
    "string_spans",
    "trim",
    "uvarint",
    "varint",
    "wal_samples",
]
