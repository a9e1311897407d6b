"""Load → passes → dashboards drawn from a recording."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from mixwright.driver.backtest import Backtested
from mixwright.driver.project import Progress, opened, resolved, silent
from mixwright.errors import RecordingError

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
    memory: int | None = None,
    progress: Progress = silent,
) -> PreviewResult:
    """Draw every dashboard from a recording as HTML pages below `directory`.

    With a backtest of the same recording, alerts' episodes are drawn on the panels that show them.
    """
    from mixwright.preview import render
    from mixwright.recordings import Damage

    mixins = resolved(root, names) if backtested is None else backtested.mixins
    damage = Damage(salvage=backtested is not None and backtested.salvage)
    with opened(recording, damage) as source:
        span = source.span()
        if span is None:
            raise RecordingError(f"`{recording}` has no samples")
        return render(
            mixins,
            source,
            directory,
            start=span[0] if start is None else start,
            end=span[1] if end is None else end,
            episodes=() if backtested is None else backtested.result.episodes,
            memory=memory,
            progress=progress,
        )
