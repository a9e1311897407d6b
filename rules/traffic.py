"""Traffic families: alerts on traffic that disappears."""

from __future__ import annotations

from collections.abc import Sequence

from mixwright import Alert, Severity, promql
from mixwright.promql import Expr

from .latency import SERVICE
from .season import usual


def before(rate: Expr) -> Expr:
    """Return the moving average of a recorded rate over an hour that ended 15 minutes ago.

    The gap keeps what happens now out of what it is compared with.
    """
    return promql(f"avg_over_time({rate}[1h] offset 15m)")


def now(rate: Expr) -> Expr:
    """Return a recorded rate, 0 where it has vanished altogether."""
    return rate | 0 * before(rate)


def dropped(
    rate: Expr,
    *,
    below: float = 0.5,
    floor: float = 1.0,
    by: Sequence[str] = SERVICE,
    name: str = "TrafficDropped",
    severity: Severity = Severity.PAGE,
    hold: str = "2m",
    keep_firing: str = "2m",
) -> Alert:
    """Traffic is `below` a share of its own moving average, and of what is usual at this time of day.

    `rate` selects a recorded rate per second, so that no counter is averaged; its labels are `by`.
    A service that has gone altogether, with all its series, counts as zero traffic.

    Guards: a moving average below `floor` requests a second is too little to fall; the rate must
    have been there 45 minutes ago; a fall that former days have shown at the same time is no news
    (as soon as there are three of them).

    Cost: averages over an hour of one recorded series for each service.
    """
    has_history = promql(f"last_over_time({rate}[10m] offset 45m)")
    enough = promql(f"{floor:g} <= {before(rate)}")
    fell = now(rate) < below * before(rate)
    as_usual = now(rate) > below * usual(rate, by=by)
    return Alert(
        name,
        expr=(fell & enough & has_history).unless(as_usual),
        hold=hold,
        keep_firing=keep_firing,
        severity=severity,
        summary=f"{{{{ $labels.{by[-1]} }}}} gets far fewer requests than before",
        description="{{ $value | humanize }} requests per second arrive, less than "
        f"{below:.0%} of the hour before. Callers may not reach the service at all.",
    )
