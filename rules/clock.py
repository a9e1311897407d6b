"""Clock families: alerts on machines whose time is wrong, or is no longer kept right."""

from __future__ import annotations

from mixwright import Alert, Severity, promql
from mixwright.promql import Expr


def skew(time: Expr) -> Expr:
    """Return how many seconds a machine's clock is ahead of Prometheus' own."""
    return promql(f"{time} - timestamp({time})")


def skewed(
    time: Expr,
    *,
    above: float = 2,
    name: str = "ClockSkewed",
    severity: Severity = Severity.TICKET,
    hold: str = "10m",
) -> Alert:
    """A machine's clock differs from Prometheus' clock by more than `above` seconds.

    `time` selects a gauge of the time at the scrape. Unlike the kernel's word about
    synchronisation this is true for virtual machines as well, which run without NTP on a host that
    keeps their time.

    Guards: a slow scrape looks like skew, so `above` should exceed the usual scrape duration and
    `hold` a busy spell.

    Cost: an instant vector.
    """
    return Alert(
        name,
        expr=promql(f"abs({skew(time)})") > above,
        hold=hold,
        severity=severity,
        summary="the clock of {{ $labels.instance }} is wrong",
        description="It differs by {{ $value | humanizeDuration }} from the clock of Prometheus.",
    )


def sync_lost(
    synchronised: Expr,
    *,
    name: str = "ClockSyncLost",
    severity: Severity = Severity.TICKET,
    hold: str = "15m",
) -> Alert:
    """A clock that was synchronised within the last day no longer is.

    Guards: a machine that never was synchronised, such as a virtual machine without NTP, is no
    news, and `skewed` watches it; a single good or bad sample decides nothing (`max_over_time`).

    Cost: a maximum over one day for each machine.
    """
    return Alert(
        name,
        expr=promql(f"max_over_time({synchronised}[5m])").eq(0)
        & promql(f"max_over_time({synchronised}[1d])").eq(1),
        hold=hold,
        severity=severity,
        summary="the clock of {{ $labels.instance }} is no longer synchronised",
        description="The kernel was told the right time within the last day, and is not any more.",
    )
