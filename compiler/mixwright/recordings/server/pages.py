"""Pages of a recording that is being fetched, kept beside the place where it will be until it is complete."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from mixwright.errors import RecordingError
from mixwright.frame import Samples
from mixwright.frame.slicing import ALL_TIME
from mixwright.recordings.damage import Damage
from mixwright.recordings.pieces import SeriesPieces
from mixwright.recordings.store import SOURCE, write_store

_PLAN: Final = "plan.json"
_HOUR: Final = 3_600_000
_FIRST, _SHORTEST, _LONGEST = 2 * _HOUR, _HOUR // 4, 24 * _HOUR
_FEW, _MANY = 2_000_000, 8_000_000
"""Samples of a page, below which the next one is longer, and above which it is shorter."""


class Pages:
    """A folder with the pages that have come so far; asked for the same again, it goes on where it was."""

    def __init__(self, out: Path) -> None:
        if out.exists() and not SOURCE.recognises(out):
            raise RecordingError(
                f"`{out}` is there and is no recording; name another place, or move it away"
            )
        self.folder = out.parent / f".{out.name}.pages"
        self.until = 0

    def begin(self, asked: Mapping[str, Any], until: int) -> None:
        """Go on where a run that asked for the same was interrupted, as far as it wanted to get, or begin anew.

        `until` is in ms; asked for is everything but that.
        """
        plan = self._plan()
        if plan is not None and plan.get("asked") == asked:
            self.until = plan["until"]
            return
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.until = until
        content = json.dumps({"asked": asked, "until": until}, indent=1)
        (self.folder / _PLAN).write_text(content)

    def _plan(self) -> Any:
        try:
            plan = json.loads((self.folder / _PLAN).read_bytes())
        except (OSError, ValueError):
            return None
        sound = isinstance(plan, dict) and isinstance(plan.get("until"), int)
        return plan if sound else None

    def missing(self, start: int) -> Iterator[tuple[int, int]]:
        """Yield the first and the last time (ms) of each page to `add` before the next one is asked for."""
        width, begin = _FIRST, start
        while begin <= self.until:
            page = next(iter(self.folder.glob(f"{begin}-[0-9]*")), None)
            end = min(begin + width - 1, self.until)
            count = None if page is None else self._count(page)
            if page is None or count is None:
                yield begin, end
                count = self._count(self.folder / f"{begin}-{end}") or 0
            else:
                end = int(page.name.rpartition("-")[2])
            if count < _FEW:
                width = min(2 * width, _LONGEST)
            elif count > _MANY:
                width = max(width // 2, _SHORTEST)
            begin = end + 1

    def add(self, start: int, end: int, samples: Samples) -> None:
        """Keep a page."""
        write_store(self.folder / f"{start}-{end}", samples, provenance="")

    def _count(self, page: Path) -> int | None:
        """Return how many samples a page has, `None` when it cannot be read and must come again."""
        try:
            return SOURCE.open(page, Damage()).info.samples
        except (RecordingError, OSError):
            shutil.rmtree(page, ignore_errors=True)
            return None

    def samples(self) -> Samples:
        """Return the samples of all pages."""
        found = SeriesPieces()
        for page in sorted(
            self.folder.glob("[0-9]*-[0-9]*"), key=lambda page: int(page.name.split("-")[0])
        ):
            with SOURCE.open(page, Damage()) as recording:
                found.add_all(recording.select((), ALL_TIME.start, ALL_TIME.stop))
        return found.samples()

    def remove(self) -> None:
        """Remove the folder, once the recording is complete."""
        shutil.rmtree(self.folder, ignore_errors=True)
