# mypy: disable-error-code="assignment,arg-type,return-value"
# numba infers its own types, in which Python's and numpy's integers are one.
"""Compiled reader of the samples in a write-ahead log."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixwright.frame import Index, Times
from mixwright.recordings.tsdb.kernels.encoding import Bytes, big_endian, jit, varint


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
