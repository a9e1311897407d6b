"""A repository of a user's own, laid out."""

from __future__ import annotations

from pathlib import Path


def init(directory: Path) -> tuple[str, ...]:
    """Lay out a user's own repository; return the files written."""
    from mixwright.scaffold import lay_out

    return lay_out(directory)
