"""Error families: alerts on the failed share of what a resource does, and on single failures that count."""

from __future__ import annotations

from collections.abc import Sequence

from mixwright import Alert, Severity, promql
from mixwright.promql import Expr

from .burn import ratio
from .latency import SERVICE


def share(errors: Expr, total: Expr, *, over: str = "5m") -> Expr:
    """Return the failed share of two counters with the same labels."""
    return promql(f"rate({errors}[{over}]) / rate({total}[{over}])")


def too_many(
    errors: Expr,
    total: Expr,
    *,
    above: float = 0.01,
    over: str = "5m",
    evidence: int = 10,
    what: str = "operations",
    where: str = "{{ $labels.instance }}",
    name: str = "ErrorsHigh",
    severity: Severity = Severity.TICKET,
    hold: str = "10m",
) -> Alert:
    """The failed share of a resource's operations is above a threshold.

    For services with an objective use `burn.rate`; this is for devices and queues, which have none.

    Guards: at least `evidence` failures in `over`; without operations the share is NaN, which is
    above nothing; counters are rated series by series, so that a restart is not a jump.

    Cost: two rates over `over`.
    """
    return Alert(
        name,
        expr=(share(errors, total, over=over) > above)
        & promql(f"increase({errors}[{over}]) >= {evidence}"),
        hold=hold,
        severity=severity,
        summary=f"many {what} of {where} fail",
        description=f"{{{{ $value | humanizePercentage }}}} of {what} failed in the last {over}.",
    )


def share_high(
    errors: Expr,
    total: Expr,
    *,
    above: float = 0.01,
    by: Sequence[str] = SERVICE,
    over: str = "5m",
    evidence: int = 10,
    what: str = "requests",
    name: str = "ErrorsHigh",
    severity: Severity = Severity.TICKET,
    hold: str = "5m",
) -> Alert:
    """The failed share of many counters together is above a threshold.

    As `too_many`, for counters that have a series for each kind of failure, which is born with the
    first: before it, nothing has failed.

    Guards: at least `evidence` failures in `over`; without requests the share is NaN, which is
    above nothing; counters are rated before they are summed, so that a restart is not a jump.

    Cost: two rates over `over`, one of them twice.
    """
    labels = ", ".join(by)
    enough = promql(f"sum by ({labels}) (increase({errors}[{over}])) >= {evidence}")
    return Alert(
        name,
        expr=(ratio(errors, total, over=over, by=by) > above) & enough,
        hold=hold,
        keep_firing="5m",
        severity=severity,
        summary=f"many {what} of {{{{ $labels.{by[-1]} }}}} fail",
        description=f"{{{{ $value | humanizePercentage }}}} of {what} failed in the last {over}.",
    )


def happened(
    counter: Expr,
    *,
    what: str,
    over: str = "15m",
    name: str = "ErrorHappened",
    severity: Severity = Severity.LOG,
) -> Alert:
    """A counter that should stand still has moved.

    Guards: a restart sets the counter back, which is no event; a series that is born with its
    first event shows none, so use it for counters that begin at zero.

    Cost: one increase over `over`. It fires at once, and for as long as `over`.
    """
    return Alert(
        name,
        # `increase()` extrapolates, so that one event may be a little more or less than 1.
        expr=promql(f"increase({counter}[{over}])") > 0.5,
        severity=severity,
        summary=f"{what} on {{{{ $labels.instance }}}}",
        description=f'It happened about {{{{ $value | printf "%.0f" }}}} times in the last {over}.',
    )


def keeps_happening(
    counter: Expr,
    *,
    what: str,
    over: str = "15m",
    more_than: int = 10,
    name: str = "ErrorsKeepHappening",
    severity: Severity = Severity.TICKET,
    hold: str = "5m",
) -> Alert:
    """A counter of what should be rare has moved `more_than` so many times within `over`.

    Use it where there is no total that failures could be a share of. `what` is a sentence that ends
    where the instance stands: "the disk fails on".

    Guards: a few are forgiven, and what stopped within `hold` is; a restart sets the counter back,
    which is no event. `increase()` extrapolates to the edges of the window, by up to a scrape
    interval's share of it: half an event more is asked for, so that `more_than` events are not
    taken for more. Scraped every 30 s that is true up to 14 events in 15 minutes, scraped every
    minute up to 7; above, `more_than` is about right, and one more always fires.

    Cost: one increase over `over` for each series.
    """
    return Alert(
        name,
        expr=promql(f"increase({counter}[{over}])") > more_than + 0.5,
        hold=hold,
        severity=severity,
        summary=f"{what} {{{{ $labels.instance }}}}",
        description=f'It happened about {{{{ $value | printf "%.0f" }}}} times in the last {over}.',
    )
