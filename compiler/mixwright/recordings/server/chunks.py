"""Chunks that came over the network, decoded by what decodes those of blocks."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from mixwright.errors import RecordingError
from mixwright.frame import Index, Samples
from mixwright.recordings.damage import Damage
from mixwright.recordings.server.protobuf import WireError, uvarint_bytes
from mixwright.recordings.tsdb import kernels
from mixwright.recordings.tsdb.assembly import assemble
from mixwright.recordings.tsdb.chunktable import ChunkTable
from mixwright.recordings.tsdb.files import MappedFile
from mixwright.values import Labels

_SEGMENT_HEADER = bytes(8)


class _Segment(MappedFile):
    """Chunks laid out as in a segment of a block."""

    def __init__(self, content: bytes) -> None:
        self.path = Path("answer")
        self.data = np.frombuffer(content, np.uint8)


class ReceivedChunks:
    """Gathers chunks of series in any order, and decodes them together."""

    def __init__(self) -> None:
        self._numbers: dict[Labels, int] = {}
        self._rows: list[tuple[int, int, int]] = []
        self._content = bytearray(_SEGMENT_HEADER)
        self.sample_count = 0

    def add(self, labels: Labels, first: int, encoding: int, content: bytes) -> None:
        """Take a chunk that begins at `first` (ms)."""
        # Encodings with start times keep flags above the count.
        count = int.from_bytes(content[:2], "big") & (0x3FFF if encoding > kernels.XOR2 else 0xFFFF)
        # No encoding needs less than a bit for a sample, whatever a chunk says.
        if len(content) < 2 or encoding > 0xFF or count > 8 * len(content):
            raise WireError(
                f"a chunk of encoding {encoding} with {count} samples in {len(content)} bytes"
            )
        series = self._numbers.setdefault(labels, len(self._numbers))
        self._rows.append((series, first, len(self._content)))
        framed = bytes([encoding]) + content
        checksum = kernels.crc32c(np.frombuffer(framed, np.uint8), 0, len(framed))
        self._content += uvarint_bytes(len(content)) + framed + int(checksum).to_bytes(4, "big")
        self.sample_count += count

    def samples(self, start: int, end: int) -> Samples:
        """Decode everything, and keep what is in [start, end] (ms); a `WireError` when that cannot be done."""
        rows: Index = np.array(self._rows, np.int64).reshape(-1, 3)
        labels = tuple(sorted(self._numbers))
        rank = np.empty(len(labels), np.int64)
        rank[[self._numbers[series] for series in labels]] = np.arange(len(labels))
        series = rank[rows[:, 0]]
        order = np.lexsort((rows[:, 1], series))
        table = ChunkTable(
            labels=labels,
            series=series[order],
            first=rows[order, 1],
            last=rows[order, 1],
            segment=np.zeros(len(rows), np.int64),
            offset=rows[order, 2],
            segments=(_Segment(bytes(self._content)),),
            memory=None,
            deleted={},
            damage=Damage(),
        )
        try:
            return assemble(table, start, end)
        except RecordingError as error:
            reason = str(error).partition(";")[0]
            raise WireError(f"chunks of which {reason}") from None
