# mypy: disable-error-code="assignment,arg-type,return-value"
# numba infers its own types, in which Python's and numpy's integers are one.
"""Compiled reader of remote read's plain samples."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from mixwright.frame import Times
from mixwright.recordings.tsdb.kernels.encoding import Bytes, jit, uvarint

_SAMPLE, _VALUE, _TIME = 0x12, 0x09, 0x10
"""Keys of `TimeSeries.samples`, `Sample.value` and `Sample.timestamp` (`prompb/types.proto`)."""


@jit
def plain_samples(data: Bytes, times: Times, bits: NDArray[np.uint64]) -> tuple[int, int, int]:
    """Read the samples that lie side by side in a message `TimeSeries`.

    Returns how many there are, and where they begin and end; it ends early at what is not as expected.
    """
    end = np.int64(len(data))
    position = np.int64(0)
    while position < end and data[position] != _SAMPLE:
        # Before the samples there are labels, each with a length.
        length, at = uvarint(data, position + 1, end)
        if data[position] & 7 != 2 or data[position] >= 0x80 or at < 0:
            return 0, position, position
        if length < 0 or length > end - at:
            return 0, position, position
        position = at + length
    first = position
    count = 0
    while position < end and data[position] == _SAMPLE:
        length, at = uvarint(data, position + 1, end)
        if at < 0 or length < 0 or length > end - at:
            break
        stop = at + length
        time = np.int64(0)
        value = np.uint64(0)
        while 0 <= at < stop:
            key = data[at]
            at += 1
            if key == _VALUE and at + 8 <= stop:
                for i in range(8):
                    value |= np.uint64(data[at + i]) << np.uint64(8 * i)
                at += 8
            elif key == _TIME:
                time, at = uvarint(data, at, stop)
            else:
                at = np.int64(-1)
        if at != stop:
            break
        times[count] = time
        bits[count] = value
        count += 1
        position = stop
    return count, first, position
