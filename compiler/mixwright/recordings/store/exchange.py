"""A folder put in the place of another one, in one step where the system can."""

from __future__ import annotations

import ctypes
import os
from pathlib import Path
from typing import Final

_HERE: Final = -100
_SWAP: Final = 2
"""`AT_FDCWD` and `RENAME_EXCHANGE` of renameat2(2)."""


def exchange(new: Path, path: Path) -> None:
    """Rename `new` to `path`; what was at `path` is called `new` afterwards."""
    if not path.exists():
        new.rename(path)
    elif not _swapped(new, path):
        # In between there is nothing at `path`: only where Linux' system call is missing.
        aside = new.with_name(f"{new.name}.old")
        path.rename(aside)
        new.rename(path)
        aside.rename(new)


def _swapped(a: Path, b: Path) -> bool:
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    return rename is not None and (
        rename(_HERE, os.fsencode(a), _HERE, os.fsencode(b), ctypes.c_uint(_SWAP)) == 0
    )
