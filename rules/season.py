"""Season families: alerts that compare with the same time on former days."""

from __future__ import annotations

from collections.abc import Sequence

from mixwright import Alert, Duration, Severity, promql
from mixwright.promql import Expr

from .latency import SERVICE

PERIODS = ("1d", "2d", "3d", "1w")
"""How long ago the same time was: three former days, and the same day of the week."""


def usual(
    x: Expr, *, by: Sequence[str] = SERVICE, periods: Sequence[str] = PERIODS, least: int = 3
) -> Expr:
    """Return what `x` usually is at this time at least: a median of former periods, if `least` are known.

    `x` selects a recorded series. Of each former period counts the minimum within half an hour
    before and after, which forgives traffic that goes earlier or later; the median forgives one
    holiday or outage.
    """
    labels = ", ".join(by)
    half_hour = Duration.parse("30m").ms

    def same_time(period: str) -> str:
        offset = Duration(Duration.parse(period).ms - half_hour)
        minimum = f"min_over_time({x}[1h] offset {offset})"
        return f'label_replace({minimum}, "period", "{period}", "", "")'

    past = " or ".join(map(same_time, periods))
    return promql(
        f"quantile by ({labels}) (0.5, {past}) and on ({labels}) "
        f"(count by ({labels}) ({past}) >= {least})"
    )


def below_usual(
    x: Expr,
    *,
    below: float = 0.5,
    floor: float = 1.0,
    by: Sequence[str] = SERVICE,
    name: str = "BelowUsual",
    severity: Severity = Severity.LOG,
    hold: str = "10m",
) -> Alert:
    """A recorded series is `below` a share of what is usual at this time of day.

    Guards: fewer than three known periods say nothing, so the alert sleeps through its first three
    days, and needs a retention of eight days to know all; what is usually below `floor` is noise.

    Cost: a minimum over an hour of one recorded series for each period.
    """
    normal = usual(x, by=by)
    return Alert(
        name,
        expr=(x < below * normal) & promql(f"{floor:g} <= {normal}"),
        hold=hold,
        severity=severity,
        summary=f"{{{{ $labels.{by[-1]} }}}} is far below what is usual at this time of day",
        description=f"It is {{{{ $value | humanize }}}}, less than {below:.0%} of the median of the "
        "same time on former days.",
    )
