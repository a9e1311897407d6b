"""Saturation families: alerts on resources that have hardly anything left to give."""

from __future__ import annotations

from mixwright import Alert, Severity, promql
from mixwright.promql import Expr


def share(used: Expr, limit: Expr, *, over: str = "5m") -> Expr:
    """Return the moving average of the used share of a limited resource, both selectors of gauges."""
    return promql(f"avg_over_time({used}[{over}]) / avg_over_time({limit}[{over}])")


def high(
    utilisation: Expr,
    *,
    above: float,
    what: str,
    where: str = "{{ $labels.instance }}",
    used: str = "are in use",
    name: str = "Saturated",
    severity: Severity = Severity.TICKET,
    hold: str = "5m",
    keep_firing: str = "5m",
) -> Alert:
    """The moving average of a utilisation, 0 to 1, is above a threshold.

    `where` is almost out of `what`, which has no article: "worker slots". `used` says what the
    share is, where it is not what is in use: "of its periods were cut short".

    `utilisation` averages already, where it moves fast: a `rate()` of seconds spent, or a `share()`
    of gauges.

    Guards: the average forgives peaks and missing scrapes; after the last peak the alert fires on
    for `keep_firing`, so that a load that comes in waves is one alert.

    Cost: that of `utilisation`.
    """
    return Alert(
        name,
        expr=utilisation > above,
        hold=hold,
        keep_firing=keep_firing,
        severity=severity,
        summary=f"{where} is almost out of {what}",
        description=f"{{{{ $value | humanizePercentage }}}} {used}, more than {above:.0%} "
        f"for {hold}.",
    )
