"""Backlog families: alerts on work that waits and is not done."""

from __future__ import annotations

from collections.abc import Sequence

from mixwright import Alert, Duration, Severity, promql
from mixwright.promql import Expr

from .latency import SERVICE


def stays(
    waiting: Expr,
    *,
    by: Sequence[str] = SERVICE,
    over: str = "30m",
    more_than: float = 0,
    what: str = "jobs",
    name: str = "BacklogStays",
    severity: Severity = Severity.TICKET,
) -> Alert:
    """A gauge of what waits has not once been at `more_than` or below within `over`.

    Guards: the smallest value of the window is judged, so that a peak is no backlog; a series must
    have been there half a window ago, or a first sample would be one, and still be there, or what
    an instance waited for would outlive it.

    Cost: one pass over `over` for each series.
    """
    return Alert(
        name,
        expr=_least(waiting, by=by, over=over) > more_than,
        hold="1m",
        severity=severity,
        summary=f"{what} of {{{{ $labels.{by[-1]} }}}}: {{{{ $value }}}}, and that for {over}",
        description=f"At no time within the last {over} were there fewer.",
    )


def stuck(
    waiting: Expr,
    done: Expr,
    *,
    by: Sequence[str],
    over: str = "15m",
    what: str = "queue",
    name: str = "QueueStuck",
    severity: Severity = Severity.TICKET,
) -> Alert:
    """Something has waited all through `over`, and nothing was done.

    `waiting` selects gauges, `done` counters of what was worked off.

    Guards: those of `stays`; a queue that moves at all is only slow.

    Cost: one pass over `over` for each series, and one increase.
    """
    labels = ", ".join(by)
    return Alert(
        name,
        expr=(_least(waiting, by=by, over=over) > 0)
        & promql(f"sum by ({labels}) (increase({done}[{over}]))").eq(0),
        hold="1m",
        severity=severity,
        summary=f"{what} {{{{ $labels.{by[-1]} }}}} stands still",
        description=f"Objects that wait: {{{{ $value }}}}. None was dealt with for {over}.",
    )


def _least(waiting: Expr, *, by: Sequence[str], over: str) -> Expr:
    """Return what has waited all through `over`, of series that are there and were half of it ago."""
    half = Duration(Duration.parse(over).ms // 2)
    return promql(
        f"sum by ({', '.join(by)}) (min_over_time({waiting}[{over}]) "
        f"and last_over_time({waiting}[10m]) and last_over_time({waiting}[10m] offset {half}))"
    )
