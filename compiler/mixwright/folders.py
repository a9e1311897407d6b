"""Files and folders written as a whole: built beside the old ones, then put in their place."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path


def put_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Make `folder` hold exactly `files`, by path relative to it; without any there is no folder.

    What goes wrong while the files are written leaves the folder as it was.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    try:
        for path, content in files.items():
            target = new / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        new.chmod(0o755)
        old = new.with_name(f"{new.name}.old")
        try:
            if folder.exists():
                os.replace(folder, old)
            if files:
                os.replace(new, folder)
        except BaseException:
            if old.exists() and not folder.exists():
                os.replace(old, folder)
            raise
        discard(old)
    finally:
        discard(new)


def discard(folder: Path) -> None:
    """Remove a folder, if it is there, to the end even when Ctrl-C comes meanwhile."""
    try:
        shutil.rmtree(folder, ignore_errors=True)
    except KeyboardInterrupt:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def put_file(file: Path, content: bytes) -> None:
    """Make `file` hold exactly `content`; what goes wrong meanwhile leaves it as it was."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, new = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    try:
        with os.fdopen(handle, "wb") as written:
            written.write(content)
        Path(new).chmod(0o644)
        os.replace(new, file)
    finally:
        Path(new).unlink(missing_ok=True)
