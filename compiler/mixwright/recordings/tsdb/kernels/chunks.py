# mypy: disable-error-code="assignment,arg-type,return-value"
# numba infers its own types, in which Python's and numpy's integers are one.
"""Compiled decoder of chunks of floats."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from mixwright.frame import STALE_NAN_BITS, Index, Times
from mixwright.recordings.tsdb.kernels.encoding import (
    CHECKSUM,
    MALFORMED,
    OK,
    TRUNCATED,
    Bytes,
    big_endian,
    crc32c,
    jit,
    uvarint,
    varint,
)

XOR: Final = 1
XOR2: Final = 4
"""The chunk encodings that `decode_floats` reads (`tsdb/chunkenc/chunk.go`)."""

_CONTROL_BITS: Final = 24 + 13
"""The most that the change of a time, unless it takes all 64 bits, and the place of a value's change need."""

_VARBIT_WIDTHS: Final = (0, 3, 6, 9, 12, 18, 25, 56, 64)


@jit
def chunk_headers(data: Bytes, offsets: Index, wanted: Index, headers: Index) -> tuple[int, int]:
    """Check the chunks `wanted` (numbers into `offsets`) of one segment file.

    Fills the rows `wanted` of `headers` with encoding, sample count, start and end of the chunk's
    data. Returns the number of the chunk that failed and a status.
    """
    size = len(data)
    for c in wanted:
        position = offsets[c]
        if position < 8 or position >= size:
            return c, TRUNCATED
        length, position = uvarint(data, position, size)
        if position < 0 or length < 2 or length > size - position - 5:
            return c, TRUNCATED
        stop = position + 1 + length
        if crc32c(data, position, stop) != big_endian(data, stop, 4):
            return c, CHECKSUM
        headers[c, 0] = data[position]
        headers[c, 1] = big_endian(data, position + 1, 2)
        headers[c, 2] = position + 1
        headers[c, 3] = stop
    return 0, OK


@jit
def _peek(data: Bytes, bit: np.uint64, size: np.uint64) -> np.uint64:
    """Return the 64 bits that begin at `bit`; bits beyond the file are zero."""
    byte = bit >> np.uint64(3)
    shift = bit & np.uint64(7)
    if byte + np.uint64(9) <= size:
        word = (
            (np.uint64(data[byte]) << np.uint64(56))
            | (np.uint64(data[byte + np.uint64(1)]) << np.uint64(48))
            | (np.uint64(data[byte + np.uint64(2)]) << np.uint64(40))
            | (np.uint64(data[byte + np.uint64(3)]) << np.uint64(32))
            | (np.uint64(data[byte + np.uint64(4)]) << np.uint64(24))
            | (np.uint64(data[byte + np.uint64(5)]) << np.uint64(16))
            | (np.uint64(data[byte + np.uint64(6)]) << np.uint64(8))
            | np.uint64(data[byte + np.uint64(7)])
        )
        last = np.uint64(data[byte + np.uint64(8)])
        return (word << shift) | (last >> (np.uint64(8) - shift))
    word = np.uint64(0)
    for i in range(8):
        word <<= np.uint64(8)
        if byte + np.uint64(i) < size:
            word |= np.uint64(data[byte + np.uint64(i)])
    return word << shift


@jit
def _changed(
    data: Bytes,
    at: np.uint64,
    size: np.uint64,
    value: np.uint64,
    leading: np.uint64,
    width: np.uint64,
) -> tuple[np.uint64, np.uint64]:
    """Apply a difference of `width` bits behind `leading` zeros to `value`; returns it and the next bit."""
    change = _peek(data, at, size) >> (np.uint64(64) - width)
    return value ^ (change << (np.uint64(64) - leading - width)), at + width


@jit
def _window(word: np.uint64) -> tuple[np.uint64, np.uint64]:
    """Read where a difference lies from the top of `word`: leading zeros (5 bits), width (6 bits)."""
    leading = word >> np.uint64(59)
    width = (word >> np.uint64(53)) & np.uint64(63)
    return leading, (np.uint64(64) if width == np.uint64(0) else width)


@jit
def _first(
    data: Bytes, position: int, stop: int, times: Times, bits: NDArray[np.uint64]
) -> tuple[int, int]:
    """Read the first sample, whole bytes; returns its time and the next position, -1 on failure."""
    time, position = varint(data, position, stop)
    if position < 0 or position + 8 > stop:
        return time, np.int64(-1)
    times[0] = time
    bits[0] = np.uint64(big_endian(data, position, 8))
    return time, np.int64(position + 8)


@jit
def _decode_xor(
    data: Bytes, start: int, stop: int, count: int, times: Times, bits: NDArray[np.uint64]
) -> int:
    """Decode one XOR chunk's data into `times` and the `bits` of values (`tsdb/chunkenc/xor.go`)."""
    if count == 0:
        return OK
    time, position = _first(data, start + 2, stop, times, bits)
    if count == 1 or position < 0:
        return OK if position >= 0 else MALFORMED
    delta, position = uvarint(data, position, stop)
    if position < 0:
        return MALFORMED
    size = np.uint64(len(data))
    limit = np.uint64(stop) << np.uint64(3)
    at = np.uint64(position) << np.uint64(3)
    value = bits[0]
    leading, width = np.uint64(0), np.uint64(64)
    # `word` has the bits from `at` on; `left` of them are known, the lower ones are zeros.
    word, left = np.uint64(0), np.uint64(0)
    for i in range(1, count):
        if left < np.uint64(_CONTROL_BITS):
            word, left = _peek(data, at, size), np.uint64(64)
        used = np.uint64(1)
        if i == 1:
            used = np.uint64(0)
        elif word >> np.uint64(63):
            prefix = word >> np.uint64(60)
            if prefix == np.uint64(0b1111):
                delta += np.int64(_peek(data, at + np.uint64(4), size))
                at += np.uint64(68)
                word, left = _peek(data, at, size), np.uint64(64)
                used = np.uint64(0)
            else:
                if prefix < np.uint64(0b1100):
                    used, n = np.uint64(16), np.int64(14)
                    raw = np.int64((word >> np.uint64(48)) & np.uint64(0x3FFF))
                elif prefix < np.uint64(0b1110):
                    used, n = np.uint64(20), np.int64(17)
                    raw = np.int64((word >> np.uint64(44)) & np.uint64(0x1FFFF))
                else:
                    used, n = np.uint64(24), np.int64(20)
                    raw = np.int64((word >> np.uint64(40)) & np.uint64(0xFFFFF))
                if raw > np.int64(1) << (n - np.int64(1)):
                    raw -= np.int64(1) << n
                delta += raw
        time += delta
        word <<= used
        at += used
        left -= used
        if word >> np.uint64(63) == np.uint64(0):
            used = np.uint64(1)
        else:
            used = np.uint64(2)
            if (word >> np.uint64(62)) & np.uint64(1):
                leading, width = _window(word << np.uint64(2))
                if leading + width > np.uint64(64):
                    return MALFORMED
                used = np.uint64(13)
            if used + width <= left:
                change = (word << used) >> (np.uint64(64) - width)
                used += width
            else:
                change = _peek(data, at + used, size) >> (np.uint64(64) - width)
                used += width
            value ^= change << (np.uint64(64) - leading - width)
        at += used
        if used < left:
            word <<= used
            left -= used
        else:
            left = np.uint64(0)
        if at > limit:
            return MALFORMED
        times[i] = time
        bits[i] = value
    return OK


@jit
def _skip_varbit(data: Bytes, at: np.uint64, size: np.uint64) -> np.uint64:
    """Return the bit behind a number as `varbit.go` writes it."""
    word = _peek(data, at, size)
    ones = 0
    while ones < 8 and (word >> np.uint64(63)) == np.uint64(1):
        word <<= np.uint64(1)
        ones += 1
    prefix = np.uint64(ones if ones == 8 else ones + 1)
    return at + prefix + np.uint64(_VARBIT_WIDTHS[ones])


@jit
def _decode_xor2(
    data: Bytes, start: int, stop: int, count: int, times: Times, bits: NDArray[np.uint64]
) -> int:
    """Decode one XOR2 chunk's data (`tsdb/chunkenc/xor2.go`); start timestamps are skipped."""
    if count == 0:
        return OK
    start_times = np.int64(data[start + 2])
    changes_on = start_times & 0x7F
    time, position = _first(data, start + 3, stop, times, bits)
    if position >= 0 and start_times & 0x80:
        _, position = varint(data, position, stop)
    if count == 1 or position < 0:
        return OK if position >= 0 else MALFORMED
    delta, position = uvarint(data, position, stop)
    if position < 0:
        return MALFORMED
    size = np.uint64(len(data))
    limit = np.uint64(stop) << np.uint64(3)
    at = np.uint64(position) << np.uint64(3)
    stale = np.uint64(STALE_NAN_BITS)
    # Differences are to the last value that is no staleness marker.
    value = np.uint64(0) if bits[0] == stale else bits[0]
    leading, width = np.uint64(0), np.uint64(64)
    for i in range(1, count):
        # What follows of the value: 0 nothing, 1 whether it changed and how, 2 how it changed.
        rest = 1
        is_stale = False
        if i > 1:
            word = _peek(data, at, size)
            prefix = word >> np.uint64(59)
            if prefix < np.uint64(0b10000):
                at += np.uint64(1)
                rest = 0
            elif prefix < np.uint64(0b11000):
                at += np.uint64(2)
                rest = 2
            elif prefix < np.uint64(0b11110):
                wide = prefix >= np.uint64(0b11100)
                skip = np.uint64(4) if wide else np.uint64(3)
                n = np.uint64(20) if wide else np.uint64(13)
                # Shifting a signed number to the right keeps its sign.
                delta += np.int64(word << skip) >> np.int64(np.uint64(64) - n)
                at += skip + n
            elif prefix == np.uint64(0b11110):
                delta += np.int64(_peek(data, at + np.uint64(5), size))
                at += np.uint64(69)
            else:
                at += np.uint64(5)
                rest = 0
                is_stale = True
        time += delta
        if rest:
            word = _peek(data, at, size)
            if rest == 1:
                at += np.uint64(1)
                changed = word >> np.uint64(63) == np.uint64(1)
                word <<= np.uint64(1)
            else:
                changed = True
            if changed:
                new = word >> np.uint64(63) == np.uint64(1)
                at += np.uint64(1)
                word <<= np.uint64(1)
                if new and rest == 1:
                    is_stale = word >> np.uint64(63) == np.uint64(1)
                    at += np.uint64(1)
                    word <<= np.uint64(1)
                if not is_stale:
                    if new:
                        leading, width = _window(word)
                        at += np.uint64(11)
                    if leading + width > np.uint64(64):
                        return MALFORMED
                    value, at = _changed(data, at, size, value, leading, width)
        if changes_on > 0 and i >= changes_on:
            at = _skip_varbit(data, at, size)
        if at > limit:
            return MALFORMED
        times[i] = time
        bits[i] = stale if is_stale else value
    return OK


@jit
def decode_floats(
    data: Bytes,
    headers: Index,
    wanted: Index,
    positions: Index,
    times: Times,
    bits: NDArray[np.uint64],
) -> tuple[int, int]:
    """Decode the float chunks `wanted` of one segment; chunk `c` goes to `positions[c]` of the outputs.

    `headers` is what `chunk_headers` filled. Returns the number of the chunk that failed and a status.
    """
    for c in wanted:
        encoding, count, start, stop = headers[c]
        at = positions[c]
        out_times, out_bits = times[at : at + count], bits[at : at + count]
        if encoding == XOR:
            status = _decode_xor(data, start, stop, count, out_times, out_bits)
        else:
            status = _decode_xor2(data, start, stop, count, out_times, out_bits)
        if status != OK:
            return c, status
    return 0, OK
