"""Archives that are the same bytes whoever makes them, and when."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
from collections.abc import Mapping

_FIRST = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a ZIP file can state; archives tell no other."""


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP archive of files by path, in their order."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for path, content in files.items():
            entry = zipfile.ZipInfo(path, _FIRST)
            entry.create_system = 3  # Unix, also where this is not.
            entry.external_attr = 0o100644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, content)
    return written.getvalue()


def tarred(files: Mapping[str, bytes], *, below: str) -> bytes:
    """Return a gzipped tar archive of files by path, below one folder, sorted."""
    written = io.BytesIO()
    with (
        gzip.GzipFile(fileobj=written, mode="wb", compresslevel=9, mtime=0) as zipped_file,
        tarfile.open(fileobj=zipped_file, mode="w", format=tarfile.PAX_FORMAT) as archive,
    ):
        for path in sorted(files):
            entry = tarfile.TarInfo(f"{below}/{path}")
            entry.size, entry.mode = len(files[path]), 0o644
            archive.addfile(entry, io.BytesIO(files[path]))
    return written.getvalue()
