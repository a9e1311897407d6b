"""Recorded metrics: whatever people have on disk, or behind a server, read as `Samples`.

A format is one module or package of this folder that exposes a `SourceFormat` as `SOURCE`.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from pathlib import Path
from typing import TypeAlias

from mixwright.errors import RecordingError
from mixwright.recordings.damage import Damage
from mixwright.recordings.recording import Metadata, Recording, RecordingInfo, SourceFormat
from mixwright.recordings.remote import Remote
from mixwright.recordings.server import Server, open_server

__all__ = [
    "Damage",
    "Location",
    "Metadata",
    "Recording",
    "RecordingInfo",
    "Remote",
    "Server",
    "SourceFormat",
    "open_recording",
    "sources",
]

Location: TypeAlias = Path | Remote | Server
"""Where metrics are: files here or elsewhere, or a live server."""


@functools.cache
def sources() -> tuple[SourceFormat, ...]:
    """Return every format that can be read, found by walking this folder, sorted by name."""
    modules = (
        importlib.import_module(f"{__name__}.{m.name}") for m in pkgutil.iter_modules(__path__)
    )
    found = (getattr(module, "SOURCE", None) for module in modules)
    return tuple(sorted((s for s in found if isinstance(s, SourceFormat)), key=lambda s: s.name))


def open_recording(
    location: str | Location,
    damage: Damage | None = None,
    *,
    start: int | None = None,
    end: int | None = None,
) -> Recording:
    """Open what lies at a path, telling the format from the files, or a stored recording elsewhere, or a server.

    Damage to files is an error unless it is salvaged.

    Files have a first and a last sample; a server counts as a recording of [start, end] (ms), by
    default the hour until now. Raises `RecordingError` with one line when nothing is there, or
    nothing that is known.
    """
    if isinstance(location, Server):
        return open_server(location, start=start, end=end)
    if isinstance(location, Remote):
        from mixwright.recordings.store.reader import StoreRecording

        return StoreRecording(location, damage or Damage())
    path = Path(location)
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
