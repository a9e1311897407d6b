"""Flapping families: alerts on what cannot decide between good and bad."""

from __future__ import annotations

from mixwright import Alert, Severity, promql
from mixwright.promql import Expr


def flapping(
    flag: Expr,
    *,
    over: str = "15m",
    more_than: int = 4,
    name: str = "TargetFlapping",
    severity: Severity = Severity.TICKET,
    keep_firing: str = "15m",
) -> Alert:
    """A gauge of 0 and 1 has changed `more_than` so many times.

    Each outage is too short for the `hold` of an alert on the state itself, all together are one
    incident. One restart is two changes.

    Guards: a gap is no change; the alert needs no `hold`, since changes accumulate, and fires on
    for `keep_firing`.

    Cost: one pass over `over` for each series.
    """
    return Alert(
        name,
        expr=promql(f"changes({flag}[{over}])") > more_than,
        keep_firing=keep_firing,
        severity=severity,
        summary="{{ $labels.instance }} of {{ $labels.job }} comes and goes",
        description=f"Its state changed {{{{ $value }}}} times within {over}.",
    )
