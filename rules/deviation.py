"""Deviation families: alerts on values that are far from their own past."""

from __future__ import annotations

from mixwright import Alert, Duration, Recording, Severity, promql
from mixwright.promql import Expr

NORMAL = 1.4826
"""Standard deviations per median absolute deviation, for values that are normally distributed."""


def _has_history(x: Expr, over: str) -> Expr:
    """Return the series that were there half a window ago."""
    return promql(f"last_over_time({x}[10m] offset {Duration(Duration.parse(over).ms // 2)})")


def z_score(
    x: Expr,
    *,
    over: str = "1d",
    sigmas: float = 4,
    least_change: float = 0.5,
    what: str = "value",
    name: str = "Unusual",
    severity: Severity = Severity.LOG,
    hold: str = "10m",
) -> Alert:
    """A gauge or recorded rate is more than `sigmas` standard deviations away from its mean over a window.

    Use it for values that scatter evenly around a level; `robust` bears outliers better, `season`
    bears days and nights.

    Guards: the deviation must also be `least_change` of the mean, since a value that hardly moves
    has a tiny deviation; a constant has none and stays silent; the series must have been there
    half a window ago.

    Cost: mean and standard deviation over `over` for each series: record `x` before.
    """
    mean = promql(f"avg_over_time({x}[{over}])")
    distance = promql(f"abs({x} - {mean})")
    deviation = promql(f"stddev_over_time({x}[{over}])")
    far = distance / (deviation > 0) > sigmas
    return Alert(
        name,
        expr=far & promql(f"{distance} > {least_change:g} * abs({mean})") & _has_history(x, over),
        hold=hold,
        severity=severity,
        summary=f"the {what} of {{{{ $labels.job }}}} is unusual",
        description=f"It is {{{{ $value | humanize }}}} standard deviations away from the mean of {over}.",
    )


def robust(
    x: Expr,
    *,
    record: str,
    over: str = "6h",
    sigmas: float = 6,
    least_change: float = 0.5,
    what: str = "value",
    humanize: str = "humanize",
    name: str = "Unusual",
    severity: Severity = Severity.LOG,
    hold: str = "5m",
) -> tuple[Recording, Recording, Alert]:
    """A gauge or recorded value is far from its median, measured by the median absolute deviation.

    Medians do not follow outliers, so that an incident hardly moves what it is measured by.
    Recorded are `<record>:median` and `<record>:deviation`, the distance from it. `humanize` is the
    template function that writes the distance: `humanizeDuration` for seconds.

    Guards: as `z_score`; a value that is constant most of the time has no deviation, and is judged
    by `least_change` of its median alone.

    Cost: two medians over `over`, which sort the window: use it on recorded series.
    """
    median, distance = promql(f"{record}:median"), promql(f"{record}:deviation")
    spread = promql(f"quantile_over_time(0.5, {distance}[{over}])")
    return (
        Recording(f"{record}:median", expr=promql(f"quantile_over_time(0.5, {x}[{over}])")),
        Recording(f"{record}:deviation", expr=promql(f"abs({x} - {median})")),
        Alert(
            name,
            expr=(distance > sigmas * NORMAL * spread)
            & promql(f"{distance} > {least_change:g} * abs({median})")
            & _has_history(x, over),
            hold=hold,
            severity=severity,
            summary=f"the {what} of {{{{ $labels.job }}}} is unusual",
            description=f"It is {{{{ $value | {humanize} }}}} away from the median of the last {over}.",
        ),
    )
