# mypy: disable-error-code="assignment,arg-type,return-value"
# numba infers its own types, in which Python's and numpy's integers are one.
"""Compiled readers of the primitives of Prometheus' files: checksums, varints, big-endian numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
F = TypeVar("F", bound=Callable[..., Any])

OK: Final = 0
TRUNCATED: Final = 1
CHECKSUM: Final = 2
MALFORMED: Final = 3
"""Why something cannot be read; `tsdb/files.py` has the words."""


def jit(function: F) -> F:
    """Compile on first use, cached on disk, callable from several threads at once."""
    compiled: F = numba.njit(cache=True, nogil=True)(function)
    return compiled


def _crc_tables() -> NDArray[np.uint32]:
    """Return the slicing-by-8 tables of CRC-32C (polynomial 0x1EDC6F41, reflected), shape (8, 256)."""
    tables = np.zeros((8, 256), np.uint32)
    for byte in range(256):
        crc = byte
        for _ in range(8):
            crc = (crc >> 1) ^ (0x82F63B78 if crc & 1 else 0)
        tables[0, byte] = crc
    for table in range(1, 8):
        previous = tables[table - 1]
        tables[table] = (previous >> 8) ^ tables[0][previous & 0xFF]
    return tables


_CRC = _crc_tables()


@jit
def crc32c(data: Bytes, start: int, end: int) -> int:
    """Return the CRC-32C of `data[start:end]`."""
    crc = np.uint32(0xFFFFFFFF)
    position = np.uint64(start)
    stop = np.uint64(end)
    eight = np.uint64(8)
    one = np.uint64(1)
    byte = np.uint32(0xFF)
    while position + eight <= stop:
        low = (
            np.uint32(data[position])
            | (np.uint32(data[position + np.uint64(1)]) << np.uint32(8))
            | (np.uint32(data[position + np.uint64(2)]) << np.uint32(16))
            | (np.uint32(data[position + np.uint64(3)]) << np.uint32(24))
        )
        low ^= crc
        crc = (
            _CRC[7, low & byte]
            ^ _CRC[6, (low >> np.uint32(8)) & byte]
            ^ _CRC[5, (low >> np.uint32(16)) & byte]
            ^ _CRC[4, low >> np.uint32(24)]
            ^ _CRC[3, data[position + np.uint64(4)]]
            ^ _CRC[2, data[position + np.uint64(5)]]
            ^ _CRC[1, data[position + np.uint64(6)]]
            ^ _CRC[0, data[position + np.uint64(7)]]
        )
        position += eight
    while position < stop:
        crc = (crc >> np.uint32(8)) ^ _CRC[0, (crc ^ np.uint32(data[position])) & byte]
        position += one
    return np.int64(crc ^ np.uint32(0xFFFFFFFF))


@jit
def uvarint(data: Bytes, position: int, end: int) -> tuple[int, int]:
    """Read an unsigned varint; returns value and next position, which is -1 when it does not fit."""
    value = np.uint64(0)
    shift = np.uint64(0)
    for _ in range(10):
        if position >= end:
            return np.int64(0), np.int64(-1)
        byte = np.uint64(data[position])
        position += 1
        value |= (byte & np.uint64(0x7F)) << shift
        if byte < np.uint64(0x80):
            return np.int64(value), np.int64(position)
        shift += np.uint64(7)
    return np.int64(0), np.int64(-1)


@jit
def varint(data: Bytes, position: int, end: int) -> tuple[int, int]:
    """Read a zigzag varint, like `uvarint`."""
    raw, position = uvarint(data, position, end)
    unsigned = np.uint64(raw)
    value = np.int64(unsigned >> np.uint64(1))
    return (value ^ -np.int64(unsigned & np.uint64(1))), position


@jit
def big_endian(data: Bytes, position: int, width: int) -> int:
    """Read an unsigned big-endian number of `width` bytes."""
    value = np.uint64(0)
    for i in range(width):
        value = (value << np.uint64(8)) | np.uint64(data[position + i])
    return np.int64(value)
