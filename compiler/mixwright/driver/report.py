"""A backtest → a folder of pages to read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import attrs

from mixwright.driver.backtest import Backtested
from mixwright.driver.preview import preview_backtest
from mixwright.driver.project import Progress, opened, silent

_MOST_CURVES = 24
"""Alerts whose thresholds are tried, the most urgent first."""

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

    curves = threshold_curves(backtested, recording, progress)
    if not backtested.mixins:
        return Report(html.write(backtested.result, folder, curves=curves), None)
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
    index = html.write(backtested.result, folder, previews="dashboards", curves=curves)
    return Report(index, dashboards / "index.html")


def threshold_curves(
    backtested: Backtested, recording: Location, progress: Progress = silent
) -> dict[str, dict[str, Any]]:
    """Return what other thresholds of the alerts that fired would be worth, as charts by the alert's name."""
    from mixwright.backtest.tune import Tuned, curve_axis, prepare, sweep
    from mixwright.recordings import Damage
    from mixwright.report import facts
    from mixwright.report.tuning.html import line

    result = backtested.result
    told = [alert for alert in facts.by_weight(result) if alert.pages and result.incidents]
    curves = {}
    damage = Damage(salvage=backtested.salvage)
    with opened(recording, damage, start=result.start, end=result.end) as source:
        for number, alert in enumerate(told[:_MOST_CURVES]):
            progress("trying thresholds", number, min(len(told), _MOST_CURVES))
            axis = curve_axis(alert)
            own = next(s for s in backtested.sources if s.name == alert.mixin)
            if axis is None:
                continue
            ready = prepare(
                backtested.sources,
                own,
                alert.alert,
                source,
                interval=result.interval,
                start=result.start,
                end=result.end,
            )
            found = sweep(
                ready.scheduled,
                (axis,),
                ready.overlay,
                result.alertmanager,
                incidents=result.incidents,
                tolerance=result.tolerance,
                start=result.start,
                end=result.end,
            )
            curves[alert.alert.name] = line(Tuned.of(found, None), 0)
    return curves
