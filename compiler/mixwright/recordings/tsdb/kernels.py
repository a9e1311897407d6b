# mypy: disable-error-code="assignment,arg-type,return-value"
# numba infers its own types, in which Python's and numpy's integers are one.
"""Compiled decoders of Prometheus' binary formats; each checks bounds and returns where it failed, never raises."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

from mixwright.frame import Index, Times

Bytes = NDArray[np.uint8]
F = TypeVar("F", bound=Callable[..., Any])

XOR: Final = 1
"""The only chunk encoding that `decode_floats` reads (`tsdb/chunkenc/chunk.go`)."""

# Why a chunk or an entry cannot be read; `tsdb/files.py` has the words.
OK, TRUNCATED, CHECKSUM, MALFORMED = 0, 1, 2, 3


def jit(function: F) -> F:
    """Compile on first use, cached on disk, callable from several threads at once."""
    return numba.njit(cache=True, nogil=True)(function)  # type: ignore[no-any-return]


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


@jit
def string_spans(data: Bytes, position: int, end: int, count: int) -> tuple[Index, Index, int]:
    """Locate `count` length-prefixed strings; returns starts, lengths, and a status."""
    starts = np.empty(count, np.int64)
    lengths = np.empty(count, np.int64)
    for i in range(count):
        length, position = uvarint(data, position, end)
        if position < 0 or length < 0 or length > end - position:
            return starts, lengths, TRUNCATED
        starts[i] = position
        lengths[i] = length
        position += length
    return starts, lengths, OK


@jit
def posting_entries(data: Bytes, position: int, end: int, count: int) -> tuple[Index, int]:
    """Read a postings offset table.

    Returns an array of shape (count, 6) – start and length of the label name, start and length of
    its value, offset of the postings, whether the name differs from the row above – and a status.
    """
    table = np.empty((count, 6), np.int64)
    for i in range(count):
        keys, position = uvarint(data, position, end)
        if position < 0 or keys != 2:
            return table, MALFORMED
        for part in range(2):
            length, position = uvarint(data, position, end)
            if position < 0 or length < 0 or length > end - position:
                return table, TRUNCATED
            table[i, 2 * part] = position
            table[i, 2 * part + 1] = length
            position += length
        offset, position = uvarint(data, position, end)
        if position < 0:
            return table, TRUNCATED
        table[i, 4] = offset
        new = i == 0 or table[i, 1] != table[i - 1, 1]
        if not new:
            for k in range(table[i, 1]):
                if data[table[i, 0] + k] != data[table[i - 1, 0] + k]:
                    new = True
                    break
        table[i, 5] = 1 if new else 0
    return table, OK


@jit
def series_entries(
    data: Bytes, offsets: Index, section_end: int, start: int, end: int
) -> tuple[Index, Index, Index, Index, int, int]:
    """Read the index entries of the series at `offsets`, with the chunks that touch [start, end].

    Returns where the labels of each series begin (one more than series), the (name, value) symbol
    references of all labels, where the chunks of each series begin, the chunks as rows (first
    time, last time, reference), the number of the series that failed, and a status.
    """
    count = len(offsets)
    label_starts = np.zeros(count + 1, np.int64)
    chunk_starts = np.zeros(count + 1, np.int64)
    symbols = np.empty((max(16, count * 10), 2), np.int64)
    chunks = np.empty((max(16, count * 2), 3), np.int64)
    labels_used = 0
    chunks_used = 0
    for s in range(count):
        position = offsets[s]
        if position < 0 or position >= section_end:
            return label_starts, symbols, chunk_starts, chunks, s, TRUNCATED
        size, position = uvarint(data, position, section_end)
        if position < 0 or size < 0 or size > section_end - position - 4:
            return label_starts, symbols, chunk_starts, chunks, s, TRUNCATED
        stop = position + size
        if crc32c(data, position, stop) != big_endian(data, stop, 4):
            return label_starts, symbols, chunk_starts, chunks, s, CHECKSUM
        pairs, position = uvarint(data, position, stop)
        if position < 0 or pairs < 0 or pairs > size:
            return label_starts, symbols, chunk_starts, chunks, s, MALFORMED
        while labels_used + pairs > len(symbols):
            symbols = np.concatenate((symbols, np.empty_like(symbols)))
        for _ in range(pairs):
            for part in range(2):
                reference, position = uvarint(data, position, stop)
                if position < 0:
                    return label_starts, symbols, chunk_starts, chunks, s, MALFORMED
                symbols[labels_used, part] = reference
            labels_used += 1
        label_starts[s + 1] = labels_used
        metas, position = uvarint(data, position, stop)
        if position < 0 or metas < 0 or metas > size:
            return label_starts, symbols, chunk_starts, chunks, s, MALFORMED
        last = np.int64(0)
        reference = np.int64(0)
        for m in range(metas):
            if m == 0:
                first, position = varint(data, position, stop)
            else:
                gap, position = uvarint(data, position, stop)
                first = last + gap
            if position >= 0:
                length, position = uvarint(data, position, stop)
                last = first + length
            if position >= 0:
                if m == 0:
                    reference, position = uvarint(data, position, stop)
                else:
                    step, position = varint(data, position, stop)
                    reference += step
            if position < 0:
                return label_starts, symbols, chunk_starts, chunks, s, MALFORMED
            if first <= end and last >= start:
                if chunks_used == len(chunks):
                    chunks = np.concatenate((chunks, np.empty_like(chunks)))
                chunks[chunks_used, 0] = first
                chunks[chunks_used, 1] = last
                chunks[chunks_used, 2] = reference
                chunks_used += 1
        chunk_starts[s + 1] = chunks_used
    return label_starts, symbols[:labels_used], chunk_starts, chunks[:chunks_used], 0, OK


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
def _decode_xor(
    data: Bytes, start: int, stop: int, count: int, times: Times, bits: NDArray[np.uint64]
) -> int:
    """Decode one XOR chunk's data (`tsdb/chunkenc/xor.go`) into `times` and the `bits` of values."""
    if count == 0:
        return OK
    size = np.uint64(len(data))
    limit = np.uint64(stop) << np.uint64(3)
    time, position = varint(data, start + 2, stop)
    if position < 0 or position + 8 > stop:
        return MALFORMED
    at = np.uint64(position) << np.uint64(3)
    value = _peek(data, at, size)
    at += np.uint64(64)
    times[0] = time
    bits[0] = value
    delta = np.int64(0)
    leading = np.uint64(0)
    width = np.uint64(0)
    for i in range(1, count):
        if i == 1:
            # A varint in the middle of a bit stream: the stream is still byte-aligned here.
            delta, position = uvarint(data, np.int64(at >> np.uint64(3)), stop)
            if position < 0:
                return MALFORMED
            at = np.uint64(position) << np.uint64(3)
        else:
            word = _peek(data, at, size)
            if word >> np.uint64(63) == np.uint64(0):
                at += np.uint64(1)
            else:
                prefix = word >> np.uint64(60)
                if prefix < np.uint64(0b1100):
                    skip, n = np.uint64(2), np.uint64(14)
                elif prefix < np.uint64(0b1110):
                    skip, n = np.uint64(3), np.uint64(17)
                elif prefix == np.uint64(0b1110):
                    skip, n = np.uint64(4), np.uint64(20)
                else:
                    skip, n = np.uint64(4), np.uint64(64)
                at += skip
                if n == np.uint64(64):
                    delta += np.int64(_peek(data, at, size))
                else:
                    raw = np.int64((word << skip) >> (np.uint64(64) - n))
                    if raw > np.int64(1) << np.int64(n - np.uint64(1)):
                        raw -= np.int64(1) << np.int64(n)
                    delta += raw
                at += n
        time += delta
        word = _peek(data, at, size)
        if word >> np.uint64(63) == np.uint64(0):
            at += np.uint64(1)
        else:
            if (word >> np.uint64(62)) & np.uint64(1):
                leading = (word >> np.uint64(57)) & np.uint64(31)
                width = (word >> np.uint64(51)) & np.uint64(63)
                if width == np.uint64(0):
                    width = np.uint64(64)
                if leading + width > np.uint64(64):
                    return MALFORMED
                at += np.uint64(13)
            else:
                if width == np.uint64(0):
                    return MALFORMED
                at += np.uint64(2)
            change = _peek(data, at, size) >> (np.uint64(64) - width)
            value ^= change << (np.uint64(64) - leading - width)
            at += width
        if at > limit:
            return MALFORMED
        times[i] = time
        bits[i] = value
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
        if headers[c, 0] != XOR:
            continue
        count = headers[c, 1]
        at = positions[c]
        status = _decode_xor(
            data, headers[c, 2], headers[c, 3], count, times[at : at + count], bits[at : at + count]
        )
        if status != OK:
            return c, status
    return 0, OK


@jit
def trim(
    starts: Index, ends: Index, times: Times, start: int, end: int
) -> tuple[Index, Index, Index, Index]:
    """Find what of each series lies in [start, end].

    Series `s` is `times[starts[s]:ends[s]]`. Returns per series where its samples begin and end, a
    hash of their times, and 1 where times do not rise strictly (the bounds are then those of the
    whole series).
    """
    count = len(starts)
    first = np.empty(count, np.int64)
    last = np.empty(count, np.int64)
    hashes = np.zeros(count, np.int64)
    disordered = np.zeros(count, np.int64)
    for s in range(count):
        lo, hi = starts[s], ends[s]
        first[s], last[s] = lo, hi
        for i in range(lo + 1, hi):
            if times[i] <= times[i - 1]:
                disordered[s] = 1
                break
        if disordered[s]:
            continue
        while lo < hi and times[lo] < start:
            lo += 1
        while hi > lo and times[hi - 1] > end:
            hi -= 1
        first[s], last[s] = lo, hi
        mixed = np.uint64(hi - lo)
        for i in range(lo, hi):
            mixed ^= np.uint64(times[i])
            mixed *= np.uint64(0x9E3779B97F4A7C15)
            mixed ^= mixed >> np.uint64(32)
        hashes[s] = np.int64(mixed)
    return first, last, hashes, disordered


@jit
def same_times(times: Times, first: Index, last: Index, model: Index) -> NDArray[np.bool_]:
    """Tell which series `s` have exactly the times of the series `model[s]`."""
    same = np.zeros(len(first), np.bool_)
    for s in range(len(first)):
        m = model[s]
        if last[s] - first[s] != last[m] - first[m]:
            continue
        same[s] = True
        for i in range(last[s] - first[s]):
            if times[first[s] + i] != times[first[m] + i]:
                same[s] = False
                break
    return same


@jit
def compact(bits: NDArray[np.uint64], first: Index, last: Index, out: NDArray[np.uint64]) -> int:
    """Copy the slices [first, last) of `bits` to `out`, one after the other; returns how much."""
    at = 0
    for s in range(len(first)):
        for i in range(first[s], last[s]):
            out[at] = bits[i]
            at += 1
    return at


@jit
def wal_samples(
    data: Bytes, version: int, references: Index, times: Times, bits: NDArray[np.uint64]
) -> int:
    """Read a record of float samples (`tsdb/record/record.go`, version 1 or 2 with start times).

    Returns how many samples were put into the outputs, or -1 when the record is not sound.
    """
    end = len(data)
    position = 1
    count = 0
    if position == end:
        return 0
    reference = first_time = first_reference = np.int64(0)
    if version == 1:
        if position + 16 > end:
            return -1
        first_reference = big_endian(data, position, 8)
        first_time = big_endian(data, position + 8, 8)
        position += 16
    while position < end:
        step, position = varint(data, position, end)
        if position < 0:
            return -1
        delta, position = varint(data, position, end)
        if position < 0:
            return -1
        if version == 1:
            reference = first_reference + step
        else:
            reference += step
            if count == 0:
                _, position = varint(data, position, end)
                first_time = np.int64(0)
            elif position < end:
                marker = data[position]
                position += 1
                if marker > 1:
                    _, position = varint(data, position, end)
        if position < 0 or position + 8 > end or count == len(times):
            return -1
        references[count] = reference
        times[count] = first_time + delta
        bits[count] = np.uint64(big_endian(data, position, 8))
        position += 8
        if version == 2 and count == 0:
            first_time = delta
        count += 1
    return count


@jit
def order_of_arrival(series: Index, count: int, times: Times) -> tuple[Index, Index]:
    """Bring samples in order of arrival together by series, leaving out those that do not advance in time.

    `series` numbers 0 … `count` - 1; samples of -1 are left out too. Returns where the samples of
    each series begin (one more than series) in the second array, the numbers of the samples.
    """
    sizes = np.zeros(count + 1, np.int64)
    for number in series:
        if number >= 0:
            sizes[number + 1] += 1
    begins = np.cumsum(sizes)
    ends = begins[:-1].copy()
    order = np.empty(begins[-1], np.int64)
    for i in range(len(series)):
        number = series[i]
        if number < 0:
            continue
        at = ends[number]
        if at > begins[number] and times[i] <= times[order[at - 1]]:
            continue
        order[at] = i
        ends[number] = at + 1
    starts = np.zeros(count + 1, np.int64)
    for number in range(count):
        size = ends[number] - begins[number]
        starts[number + 1] = starts[number] + size
        for k in range(size):
            order[starts[number] + k] = order[begins[number] + k]
    return starts, order[: starts[count]]
