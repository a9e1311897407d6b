"""Load → passes → replay → dashboards drawn from a recording."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mixwright.driver.backtest import Backtested, backtest_project
from mixwright.driver.project import Progress, home_of, opened, silent
from mixwright.errors import RecordingError
from mixwright.loader import load
from mixwright.model import Mixin

if TYPE_CHECKING:
    from mixwright.preview import PreviewResult
    from mixwright.recordings import Location


def preview_project(
    root: Path,
    recording: Location,
    directory: Path,
    names: Sequence[str] = (),
    *,
    start: int | None = None,
    end: int | None = None,
    memory: int | None = None,
    progress: Progress = silent,
) -> PreviewResult:
    """Draw every dashboard from a recording as HTML pages below `directory`, of a whole project its home too.

    The rules are replayed over the same range: alerts' episodes are drawn on the panels that show them.
    """
    backtested = backtest_project(
        root, recording, names, start=start, end=end, memory=memory, progress=progress
    )
    entry = None if names else home_of(load(root), backtested.mixins)
    homes = () if entry is None else (entry,)
    return preview_backtest(
        backtested,
        recording,
        directory,
        homes=homes,
        start=start,
        end=end,
        memory=memory,
        progress=progress,
    )


def preview_backtest(
    backtested: Backtested,
    recording: Location,
    directory: Path,
    *,
    homes: Sequence[Mixin] = (),
    start: int | None = None,
    end: int | None = None,
    memory: int | None = None,
    progress: Progress = silent,
) -> PreviewResult:
    """Draw the dashboards of a backtest's mixins, after `homes`, from the recording that it was run on."""
    from mixwright.preview import render
    from mixwright.recordings import Damage

    damage = Damage(salvage=backtested.salvage)
    with opened(recording, damage, start=start, end=end) as source:
        span = source.span()
        if span is None:
            raise RecordingError(f"`{recording}` has no samples")
        return render(
            (*homes, *backtested.mixins),
            source,
            directory,
            start=span[0] if start is None else start,
            end=span[1] if end is None else end,
            episodes=backtested.result.episodes,
            memory=memory,
            progress=progress,
        )
