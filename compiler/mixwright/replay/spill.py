"""Arrays put aside on disk: what must be kept of a shard and will hardly be looked at again."""

from __future__ import annotations

import functools
import math
import tempfile
import weakref
from typing import IO, Any

import attrs
import numpy as np
from numpy.typing import NDArray


@attrs.frozen
class Piece:
    """Where an array lies."""

    offset: int
    shape: tuple[int, ...]
    dtype: np.dtype[Any]


class Spill:
    """A file that has no name, and so goes with the process however that ends."""

    def __init__(self) -> None:
        self._size = 0

    @functools.cached_property
    def _file(self) -> IO[bytes]:
        file = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the spill)
        weakref.finalize(self, file.close)
        return file

    def put(self, array: NDArray[Any]) -> Piece:
        """Put an array aside."""
        piece = Piece(self._size, array.shape, array.dtype)
        self._file.seek(self._size)
        self._size += self._file.write(np.ascontiguousarray(array).data)
        return piece

    def get(self, piece: Piece) -> NDArray[Any]:
        """Return the array."""
        return self._read(piece.offset, piece.shape, piece.dtype)

    def row(self, piece: Piece, number: int) -> NDArray[Any]:
        """Return one row of a matrix."""
        size = piece.shape[1] * piece.dtype.itemsize
        return self._read(piece.offset + number * size, piece.shape[1:], piece.dtype)

    def _read(self, offset: int, shape: tuple[int, ...], dtype: np.dtype[Any]) -> NDArray[Any]:
        self._file.seek(offset)
        return np.frombuffer(self._file.read(math.prod(shape) * dtype.itemsize), dtype).reshape(
            shape
        )
