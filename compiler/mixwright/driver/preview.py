"""Load → passes → dashboards drawn from a recording."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mixwright.driver.backtest import Backtested, backtest_project
from mixwright.driver.project import Progress, home_of, opened, silent
from mixwright.errors import RecordingError
from mixwright.loader import load

if TYPE_CHECKING:
    from mixwright.preview import PreviewResult


def preview_project(
    root: Path,
    recording: Path,
    directory: Path,
    names: Sequence[str] = (),
    *,
    backtested: Backtested | None = None,
    start: int | None = None,
    end: int | None = None,
    progress: Progress = silent,
) -> PreviewResult:
    """Draw every dashboard from a recording as HTML pages below `directory`.

    The rules are replayed, unless `backtested` has them replayed already: alerts' episodes are drawn on
    the panels that show them.
    """
    from mixwright.preview import render

    if backtested is None:
        backtested = backtest_project(
            root, recording, names, start=start, end=end, progress=progress
        )
    mixins = backtested.mixins
    entry = None if names else home_of(load(root), mixins)
    drawn = mixins if entry is None else (entry, *mixins)
    with opened(recording) as source:
        span = source.span()
        if span is None:
            raise RecordingError(f"`{recording}` has no samples")
        return render(
            drawn,
            source,
            directory,
            start=span[0] if start is None else start,
            end=span[1] if end is None else end,
            episodes=backtested.result.episodes,
            progress=progress,
        )
