# mypy: disable-error-code="assignment,arg-type,return-value"
# numba infers its own types, in which Python's and numpy's integers are one.
"""Compiled readers of a block's index."""

from __future__ import annotations

import numpy as np

from mixwright.frame import Index
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


_LONGEST_ENTRY = 1 << 16
"""Bytes; what claims to be longer is no entry of a series, and not read through to find out."""


@jit
def sound_series(data: Bytes, begin: int, end: int) -> Index:
    """Search `data[begin:end]` for entries of series whose checksums are right; returns their references.

    An entry begins at a multiple of 16 bytes, which is what its reference counts.
    """
    found = np.empty(64, np.int64)
    count = 0
    position = (begin + 15) // 16 * 16
    while position < end:
        size, start = uvarint(data, position, end)
        stop = start + size
        fits = start > 0 and 0 < size <= _LONGEST_ENTRY and stop + 4 <= end
        if fits and crc32c(data, start, stop) == big_endian(data, stop, 4):
            if count == len(found):
                found = np.concatenate((found, np.empty_like(found)))
            found[count] = position // 16
            count += 1
            position = (stop + 4 + 15) // 16 * 16
        else:
            position += 16
    return found[:count]
