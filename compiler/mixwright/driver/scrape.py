"""Exporters scraped directly → a recording, or more of one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from mixwright.driver.project import Progress, opened, silent
from mixwright.errors import RecordingError
from mixwright.values import Duration

if TYPE_CHECKING:
    from mixwright.frame import Samples
    from mixwright.recordings import Metadata, RecordingInfo
    from mixwright.recordings.server.address import Access


def scrape(
    addresses: Sequence[str],
    out: Path,
    *,
    interval: Duration,
    timeout: Duration,
    length: Duration | None = None,
    provenance: str = "",
    access: Access | None = None,
    progress: Progress = silent,
) -> RecordingInfo:
    """Scrape `addresses` for `length`, or until interrupted, into a store at `out`; what is there is continued.

    An address is `[JOB=]URL`; all targets get to see `access`. The notes say which did not answer.
    """
    from mixwright.recordings.scrape import Scraping, parse_target
    from mixwright.recordings.server.address import OPEN
    from mixwright.recordings.store import append_store, is_store, write_store

    targets = [parse_target(address) for address in addresses]
    if out.exists() and not is_store(out):
        raise RecordingError(f"`{out}` is there and is no recording; name another place")
    said = provenance or "scraped from " + ", ".join(target.url for target in targets)

    def write(samples: Samples, metadata: Mapping[str, Metadata]) -> None:
        put = append_store if is_store(out) else write_store
        put(out, samples, provenance=said, metadata=metadata)

    scraping = Scraping(
        targets,
        interval=interval.ms,
        timeout=timeout.seconds,
        write=write,
        access=access or OPEN,
    )
    total = 0 if length is None else round(length.seconds)
    scraping.run(
        None if length is None else length.seconds,
        lambda gone: progress("scraping", round(gone), total or round(gone)),
    )
    notes = tuple(
        f"{target.url}: {outcome.failures} of {outcome.scrapes} scrapes failed; the last time, {outcome.reason}"
        for target, outcome in scraping.outcomes.items()
        if outcome.failures
    )
    if not is_store(out):
        raise RecordingError("nothing was scraped: the time was shorter than the interval")
    with opened(out) as written:
        return attrs.evolve(written.info, notes=(*notes, *written.info.notes))
