"""Scrapes and recordings → a catalogue of what they show."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import attrs

from mixwright.driver.project import opened
from mixwright.errors import RecordingError


def catalogue_of(
    sources: Sequence[Path], *, name: str, closed: Sequence[str] = (), update: Path | None = None
) -> str:
    """Return the catalogue file of what several sources show together.

    A source is an exposition, as `curl …/metrics` writes it, or a recording. `closed` are beginnings of
    names of which all are known then. With `update`, what that catalogue knows is kept.
    """
    from mixwright.catalogue import read_catalogue, to_json
    from mixwright.catalogue.observed import observed, recorded, scraped

    families = []
    for source in sources:
        if source.is_dir():
            with opened(source) as recording:
                families.append(recorded(recording))
        else:
            families.append(scraped(source))
    if not any(families):
        raise RecordingError(
            "the sources hold no metrics; name a scrape of `/metrics` or a recording"
        )
    seen = observed(name, [("", families)], closed=closed)
    old = attrs.evolve(seen, versions=()) if update is None else read_catalogue(update)
    metrics = {**old.metrics, **seen.metrics}
    beginnings = tuple(dict.fromkeys((*old.closed, *closed)))
    return to_json(attrs.evolve(old, metrics=metrics, closed=beginnings))
