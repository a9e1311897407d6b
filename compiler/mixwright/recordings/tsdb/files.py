"""A file of a Prometheus TSDB, mapped into memory, and the one line to say when it cannot be read."""

from __future__ import annotations

import mmap
from pathlib import Path
from typing import Final, NoReturn

import numpy as np
from numpy.typing import NDArray

from mixwright.errors import RecordingError
from mixwright.recordings.tsdb import kernels

_REASONS: Final = {
    kernels.TRUNCATED: "ends in the middle of an entry",
    kernels.CHECKSUM: "does not match its CRC-32C checksum",
    kernels.MALFORMED: "is not encoded as Prometheus encodes it",
}


class MappedFile:
    """A read-only file as an array of bytes; the array stays valid as long as somebody holds it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            with path.open("rb") as file:
                size = path.stat().st_size
                mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size else b""
        except FileNotFoundError:
            raise RecordingError(
                f"`{path}` is missing; the directory is not complete, copy it again"
            ) from None
        self.data: NDArray[np.uint8] = np.frombuffer(mapped, np.uint8)

    def __len__(self) -> int:
        return len(self.data)

    def bytes(self, start: int, end: int) -> bytes:
        """Return the bytes [start, end)."""
        return self.data[start:end].tobytes()

    def number(self, offset: int, width: int) -> int:
        """Read an unsigned big-endian number; a `RecordingError` beyond the end of the file."""
        if offset < 0 or offset + width > len(self):
            self.fail(offset, kernels.TRUNCATED)
        return int.from_bytes(self.bytes(offset, offset + width), "big")

    def expect_magic(self, magic: int, kind: str, versions: tuple[int, ...]) -> int:
        """Check the first four bytes and return the fifth, the version."""
        found = self.number(0, 4)
        if found != magic:
            raise RecordingError(
                f"`{self.path}` is not a {kind}: it begins with {found:#010x}, not {magic:#010x}"
            )
        version = self.number(4, 1)
        if version not in versions:
            known = " or ".join(map(str, versions))
            raise RecordingError(
                f"`{self.path}` is a {kind} of version {version}; version {known} can be read"
            )
        return version

    def section(self, offset: int) -> tuple[int, int]:
        """Return start and end of a section with a 4-byte length before and a CRC-32C behind it."""
        start = offset + 4
        end = start + self.number(offset, 4)
        if end + 4 > len(self):
            self.fail(offset, kernels.TRUNCATED)
        if kernels.crc32c(self.data, start, end) != self.number(end, 4):
            self.fail(offset, kernels.CHECKSUM)
        return start, end

    def error(self, offset: int, status: int) -> RecordingError:
        """Return the `RecordingError` for what a kernel found at `offset`."""
        return RecordingError(
            f"`{self.path}` at byte {offset} {_REASONS[status]}; the file is damaged, copy it again"
        )

    def fail(self, offset: int, status: int) -> NoReturn:
        """Raise the `RecordingError` for what a kernel found at `offset`."""
        raise self.error(offset, status)
