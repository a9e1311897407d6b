"""Load → passes → replay → score."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from mixwright.driver.project import Progress, opened, resolved, silent
from mixwright.model import Mixin
from mixwright.values import Duration

if TYPE_CHECKING:
    from mixwright.backtest import Backtest
    from mixwright.recordings import Location


@attrs.frozen
class Backtested:
    """A backtest, and what it was run on; `notes` say what of the recording was lost or left unread."""

    mixins: tuple[Mixin, ...]
    result: Backtest
    notes: tuple[str, ...]


def backtest_project(
    root: Path,
    recording: Location,
    names: Sequence[str] = (),
    *,
    incidents: Path | None = None,
    start: int | None = None,
    end: int | None = None,
    interval: Duration = Duration(60_000),
    memory: int | None = None,
    progress: Progress = silent,
) -> Backtested:
    """Replay mixins over a recording and score them against its incidents.

    Without `incidents`, a file `incidents.yaml` in or beside the recording is used when there is one.
    """
    from mixwright.backtest import backtest, read_incidents

    mixins = resolved(root, names)
    truth = incidents or find_incidents(recording)
    with opened(recording, start=start, end=end) as source:
        result = backtest(
            mixins,
            source,
            incidents=() if truth is None else read_incidents(truth),
            start=start,
            end=end,
            interval=interval,
            memory=memory,
            progress=progress,
        )
        return Backtested(mixins, result, source.info.notes)


def find_incidents(recording: Location) -> Path | None:
    """Return the incidents file that lies in or beside a recording, if any."""
    if not isinstance(recording, Path):
        return None
    places = (recording / "incidents.yaml", recording.parent / "incidents.yaml")
    return next((place for place in places if place.is_file()), None)
