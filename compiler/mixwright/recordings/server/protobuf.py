"""Protocol Buffers' wire format, as much as remote read needs: fields in and out.

Source: https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
"""Wire types."""

_MASK: Final = (1 << 64) - 1
_DOUBLE: Final = struct.Struct("<d")

Field = tuple[int, int, int | memoryview]
"""A number, a wire type, and a value: raw bits of what has a fixed width, bytes of what has a length."""


class WireError(ValueError):
    """Bytes that are no message."""


def fields(data: memoryview) -> Iterator[Field]:
    """Yield the fields of a message in the order in which they were written."""
    position, size = 0, len(data)
    while position < size:
        # Nearly all keys and lengths are one byte.
        key = data[position]
        position += 1
        if key >= 0x80:
            key, position = uvarint(data, position - 1)
        kind = key & 7
        value: int | memoryview
        if kind == BYTES:
            length, position = uvarint(data, position)
            value = data[position : position + length]
            position += length
        elif kind == VARINT:
            value, position = uvarint(data, position)
        elif kind in (FIXED64, FIXED32):
            width = 8 if kind == FIXED64 else 4
            value = int.from_bytes(data[position : position + width], "little")
            position += width
        else:
            raise WireError(f"wire type {kind}")
        if position > size:
            raise WireError("a field beyond the end")
        yield key >> 3, kind, value


def uvarint(data: memoryview, position: int) -> tuple[int, int]:
    """Read an unsigned number of up to 64 bits; returns it and the next position."""
    size = len(data)
    if position < size and (byte := data[position]) < 0x80:
        return byte, position + 1
    value = shift = 0
    while position < size and shift < 64:
        byte = data[position]
        position += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & _MASK, position
        shift += 7
    raise WireError("a number that does not end")


def message(value: int | memoryview) -> memoryview:
    """Return the bytes of a field that has a length."""
    if isinstance(value, int):
        raise WireError("a number in the place of a message")
    return value


def number(value: int | memoryview) -> int:
    """Return the bits of a field that is a number."""
    if not isinstance(value, int):
        raise WireError("a message in the place of a number")
    return value


def text(value: int | memoryview) -> str:
    """Return a string; bytes that are not UTF-8 come out as replacement characters."""
    return bytes(message(value)).decode("utf-8", "replace")


def signed(bits: int) -> int:
    """Return an `int64` from its two's complement."""
    return bits - (1 << 64) if bits >> 63 else bits


def zigzag(bits: int) -> int:
    """Return a `sint64` or `sint32`."""
    return (bits >> 1) ^ -(bits & 1)


def double(bits: int) -> float:
    """Return a `double`."""
    value: float = _DOUBLE.unpack(bits.to_bytes(8, "little"))[0]
    return value


def packed(kind: int, value: int | memoryview) -> Iterator[int]:
    """Yield the raw numbers of a repeated scalar, packed or one by one."""
    if isinstance(value, int):
        yield value
    elif kind == BYTES:
        position = 0
        while position < len(value):
            bits, position = uvarint(value, position)
            yield bits


def packed_doubles(value: int | memoryview) -> Iterator[float]:
    """Yield the numbers of a repeated `double`, packed or one by one."""
    if isinstance(value, int):
        yield double(value)
        return
    if len(value) % 8:
        raise WireError("half a number")
    yield from (found[0] for found in _DOUBLE.iter_unpack(value))


def write_number(field: int, value: int) -> bytes:
    """Return a field that is a number."""
    return uvarint_bytes(field << 3 | VARINT) + uvarint_bytes(value & _MASK)


def write_bytes(field: int, value: bytes) -> bytes:
    """Return a field that is a string or a message."""
    return uvarint_bytes(field << 3 | BYTES) + uvarint_bytes(len(value)) + value


def uvarint_bytes(value: int) -> bytes:
    """Return an unsigned number as `uvarint()` reads it."""
    found = bytearray()
    while value >= 0x80:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)
