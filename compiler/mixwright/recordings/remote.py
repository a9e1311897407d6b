"""Files elsewhere, as far as fsspec reaches: object stores, archives, other machines."""

from __future__ import annotations

from pathlib import Path
from typing import IO, TypeAlias

import attrs

from mixwright.errors import RecordingError


@attrs.frozen
class Remote:
    """A file or folder by its URL, with as much of `Path` as reading a stored recording takes."""

    url: str

    def __truediv__(self, name: str) -> Remote:
        return Remote(f"{self.url.rstrip('/')}/{name}")

    def __str__(self) -> str:
        return self.url

    def open(self, mode: str = "rb") -> IO[bytes]:
        """Open the file; a `FileNotFoundError` where none is, a `RecordingError` for anything else.

        What can go wrong is different with every kind of store, which has a library and exceptions of its own.
        """
        try:
            import fsspec
        except ImportError:
            raise RecordingError(
                f"`{self}` needs fsspec; `pip install 'mixwright[distributed]'`"
            ) from None
        try:
            file: IO[bytes] = fsspec.open(self.url, mode).open()
        except FileNotFoundError:
            raise
        except Exception as error:
            reason = str(error).partition("\n")[0] or type(error).__name__
            raise RecordingError(f"`{self}` cannot be read: {reason}") from None
        return file

    def read_bytes(self) -> bytes:
        """Return all of the file."""
        with self.open() as file:
            return file.read()


Place: TypeAlias = Path | Remote
"""Where the files of a stored recording are."""
