"""The records of a write-ahead log: pages, fragments, compression, checkpoint first.

Source: `tsdb/docs/format/wal.md` and `tsdb/wlog/reader.go` of Prometheus.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import attrs
import numpy as np
from numpy.typing import NDArray

from mixwright.errors import RecordingError
from mixwright.recordings.damage import Damage
from mixwright.recordings.tsdb import kernels
from mixwright.recordings.tsdb.files import MappedFile

_PAGE: Final = 32 * 1024
_HEADER: Final = 7
_FULL, _FIRST, _MIDDLE, _LAST = 1, 2, 3, 4
_KIND: Final = 0b111
_SNAPPY, _ZSTD = 0b1000, 0b10000
_LARGEST_RECORD: Final = 1 << 30
"""Bytes; a record that claims to be larger when it is uncompressed is damaged."""


@attrs.frozen(eq=False)
class Record:
    """One record, uncompressed, and where it began."""

    data: NDArray[np.uint8]
    file: MappedFile
    offset: int


class WriteAheadLog:
    """The log in a `wal` or `wbl` directory.

    After `records()` went through, `torn` says where the last segment broke off, if it did: what a
    server was writing when it died, or is writing right now.
    """

    def __init__(self, folder: Path, damage: Damage) -> None:
        self._folder = folder
        self._damage = damage
        self.torn: str | None = None

    def records(self) -> Iterator[Record]:
        """Yield all records, oldest first."""
        segments = _segments(self._folder, self._damage)
        for number, path in enumerate(segments):
            yield from self._segment(MappedFile(path), last=number == len(segments) - 1)

    def _segment(self, file: MappedFile, *, last: bool) -> Iterator[Record]:
        """Yield the records of one file; behind damage, go on with the next page."""
        position, size = 0, len(file)
        fragments: list[NDArray[np.uint8]] = []
        begin, compression = 0, 0
        while position < size:
            left = _PAGE - position % _PAGE
            resume = min(position + left, size)
            try:
                fragment = _fragment(file, position, left)
                if fragment is None:
                    position = resume
                    continue
                if fragment.end > size:
                    break
                if fragment.is_first == bool(fragments):
                    # The begin or the end of a record is missing; this one may be sound.
                    resume = position if fragment.is_first else fragment.end
                    file.fail(position, kernels.MALFORMED)
                if fragment.is_first:
                    begin, compression = position, fragment.compression
                fragments.append(fragment.data)
                position = resume = fragment.end
                if fragment.is_last:
                    whole = fragments[0] if len(fragments) == 1 else np.concatenate(fragments)
                    fragments = []
                    record = Record(_uncompressed(whole, compression, file, begin), file, begin)
                else:
                    continue
            except RecordingError as error:
                self._damage.met(error, f"the records up to byte {resume}")
                position, fragments = resume, []
            else:
                yield record
        if position < size or fragments:
            at = begin if fragments else position
            if not last:
                self._damage.met(file.error(at, kernels.TRUNCATED), "the record there")
                return
            self.torn = (
                f"`{file.path}` breaks off in the middle of a record at byte {at}; "
                "what the server was writing there is not part of the recording"
            )


@attrs.frozen(eq=False)
class _Fragment:
    """A part of a record that is on one page; `data` is cut off when `end` is behind the end of the file."""

    data: NDArray[np.uint8]
    end: int
    is_first: bool
    is_last: bool
    compression: int


def _fragment(file: MappedFile, position: int, left: int) -> _Fragment | None:
    """Read the fragment at `position`, `left` bytes before the end of its page; `None` for padding up to there."""
    size = len(file)
    flags = int(file.data[position])
    kind = flags & _KIND
    if left < _HEADER or not kind:
        if file.data[position : min(position + left, size)].any():
            file.fail(position, kernels.MALFORMED)
        return None
    end = size + 1
    if position + _HEADER <= size:
        end = position + _HEADER + file.number(position + 1, 2)
    data = file.data[position + _HEADER : end]
    if end <= size:
        if kind > _LAST or end > position + left:
            file.fail(position, kernels.MALFORMED)
        if kernels.crc32c(data, 0, len(data)) != file.number(position + 3, 4):
            file.fail(position, kernels.CHECKSUM)
    return _Fragment(
        data, end, kind in (_FULL, _FIRST), kind in (_FULL, _LAST), flags & (_SNAPPY | _ZSTD)
    )


def _segments(folder: Path, damage: Damage) -> list[Path]:
    """Return the segment files: those of the newest checkpoint, then all after it."""
    numbered = sorted((int(p.name), p) for p in folder.iterdir() if p.name.isdigit())
    checkpoints = sorted(
        (int(p.suffix[1:]), p)
        for p in folder.glob("checkpoint.*")
        if p.is_dir() and p.suffix[1:].isdigit()
    )
    first: list[Path] = []
    if checkpoints:
        upto, checkpoint = checkpoints[-1]
        numbered = [(number, path) for number, path in numbered if number > upto]
        first = sorted(p for p in checkpoint.iterdir() if p.name.isdigit())
        if numbered and numbered[0][0] != upto + 1:
            damage.met(_gap(folder, upto + 1), "what was in it")
    for (before, _), (number, _) in itertools.pairwise(numbered):
        if number != before + 1:
            damage.met(_gap(folder, before + 1), "what was in it")
    return first + [path for _, path in numbered]


def _gap(folder: Path, number: int) -> RecordingError:
    return RecordingError(
        f"`{folder / f'{number:08d}'}` is missing; the log is not complete, copy it again"
    )


def _uncompressed(
    data: NDArray[np.uint8], compression: int, file: MappedFile, offset: int
) -> NDArray[np.uint8]:
    if not compression:
        return data
    import pyarrow as pa

    try:
        if compression == _SNAPPY:
            # A raw snappy block begins with its uncompressed size.
            size, _ = kernels.uvarint(data, 0, len(data))
            if not 0 <= size <= _LARGEST_RECORD:
                file.fail(offset, kernels.MALFORMED)
            plain = pa.Codec("snappy").decompress(data.tobytes(), decompressed_size=size)
        else:
            with pa.CompressedInputStream(pa.BufferReader(data.tobytes()), "zstd") as stream:
                plain = stream.read(_LARGEST_RECORD + 1)
                if len(plain) > _LARGEST_RECORD:
                    file.fail(offset, kernels.MALFORMED)
    except (pa.ArrowException, OSError):
        file.fail(offset, kernels.MALFORMED)
    return np.frombuffer(plain, np.uint8)
