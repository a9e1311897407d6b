"""A backtest → a folder of pages to read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import attrs

from mixwright.driver.backtest import Backtested
from mixwright.driver.preview import preview_backtest
from mixwright.driver.project import Progress, silent

if TYPE_CHECKING:
    from mixwright.recordings import Location


@attrs.frozen
class Report:
    """Where a report was written; there are no dashboards when only rule files were replayed."""

    index: Path
    dashboards: Path | None


def write_report(
    backtested: Backtested,
    recording: Location,
    folder: Path,
    progress: Progress = silent,
    *,
    memory: int | None = None,
) -> Report:
    """Write the HTML report of a backtest into `folder`, and below it every dashboard as it looked."""
    from mixwright.report import html

    if not backtested.mixins:
        return Report(html.write(backtested.result, folder), None)
    dashboards = folder / "dashboards"
    preview_backtest(
        backtested,
        recording,
        dashboards,
        start=backtested.result.start,
        end=backtested.result.end,
        memory=memory,
        progress=progress,
    )
    # Last, as it is what people open: a run that is interrupted leaves no page that leads nowhere.
    index = html.write(backtested.result, folder, previews="dashboards")
    return Report(index, dashboards / "index.html")
