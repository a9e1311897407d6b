"""Everything that is wanted from a server, page by page, so that an interruption costs one page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from mixwright.errors import RecordingError
from mixwright.frame import Samples
from mixwright.recordings import staleness
from mixwright.recordings.server.pages import Pages
from mixwright.recordings.server.reading import UP, ServerRecording
from mixwright.recordings.wanted import Wanted, merged, only, together

Progress: TypeAlias = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


def gather(
    recording: ServerRecording, wanted: Sequence[Wanted], pages: Pages, progress: Progress
) -> Samples:
    """Return what is wanted, with staleness markers put where the server gives none.

    Raises `RecordingError` when the server fails for good; the pages that came are kept.
    """
    start = min(one.start for one in wanted)
    asked = list(wanted)
    if not recording.way.marked:
        asked.append(Wanted(UP, start, pages.until))
    different = merged(asked)
    minutes = -(-(pages.until - start) // 60_000)
    try:
        for first, last in pages.missing(start):
            progress("minutes fetched", (first - start) // 60_000, minutes)
            pages.add(first, last, together(recording.fetch, different, first, last))
    except RecordingError as error:
        raise RecordingError(
            f"{error}; what came so far is kept, and the same command goes on from there"
        ) from error
    progress("minutes fetched", minutes, minutes)
    samples = pages.samples()
    if not recording.way.marked:
        up = only(samples, [Wanted(UP, start, pages.until)])
        # Where nothing more was wanted a series has not ended; such markers lie outside and go again.
        samples = only(staleness.with_markers(samples, up, pages.until), wanted)
    return samples
