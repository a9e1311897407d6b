"""Recorded metrics: whatever people have on disk, read as `Samples`.

A format is one module or package of this folder that exposes a `SourceFormat` as `SOURCE`.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from pathlib import Path

from mixwright.errors import RecordingError
from mixwright.recordings.damage import Damage
from mixwright.recordings.recording import Metadata, Recording, RecordingInfo, SourceFormat

__all__ = [
    "Damage",
    "Metadata",
    "Recording",
    "RecordingInfo",
    "SourceFormat",
    "open_recording",
    "sources",
]


@functools.cache
def sources() -> tuple[SourceFormat, ...]:
    """Return every format that can be read, found by walking this folder, sorted by name."""
    modules = (
        importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)
    )
    found = (getattr(module, "SOURCE", None) for module in modules)
    return tuple(sorted((s for s in found if isinstance(s, SourceFormat)), key=lambda s: s.name))


def open_recording(path: str | Path, damage: Damage | None = None) -> Recording:
    """Open what lies at `path`, telling the format from the files; damage is an error unless it is salvaged.

    Raises `RecordingError` with one line when nothing is there, or nothing that is known.
    """
    path = Path(path)
    if not path.exists():
        raise RecordingError(f"`{path}` does not exist; name a recording directory or file")
    try:
        for source in sources():
            if source.recognises(path):
                return source.open(path, damage or Damage())
    except OSError as error:
        raise RecordingError(
            f"`{error.filename or path}` cannot be read: {error.strerror}"
        ) from error
    known = ", ".join(source.name for source in sources())
    raise RecordingError(f"`{path}` is not a recording; these can be read: {known}")
