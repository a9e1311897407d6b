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


@attrs.frozen
class Backtested:
    """A backtest, and what it was run on; `notes` say what of the recording was lost or left unread.

    With `salvage`, a damaged recording is read as far as that goes.
    """

    mixins: tuple[Mixin, ...]
    result: Backtest
    notes: tuple[str, ...]
    salvage: bool = False


def backtest_project(
    root: Path,
    recording: Path,
    names: Sequence[str] = (),
    *,
    incidents: Path | None = None,
    start: int | None = None,
    end: int | None = None,
    interval: Duration = Duration(60_000),
    memory: int | None = None,
    salvage: bool = False,
    progress: Progress = silent,
) -> Backtested:
    """Replay mixins over a recording and score them against its incidents.

    Without `incidents`, a file `incidents.yaml` in or beside the recording is used when there is one.
    """
    from mixwright.backtest import backtest, read_incidents
    from mixwright.recordings import Damage

    mixins = resolved(root, names)
    truth = incidents or find_incidents(recording)
    damage = Damage(salvage=salvage)
    with opened(recording, damage) as source:
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
        return Backtested(mixins, result, (*source.info.notes, *damage.notes()), salvage)


def find_incidents(recording: Path) -> Path | None:
    """Return the incidents file that lies in or beside a recording, if any."""
    places = (recording / "incidents.yaml", recording.parent / "incidents.yaml")
    return next((place for place in places if place.is_file()), None)
