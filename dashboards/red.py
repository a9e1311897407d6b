"""The row that Tom Wilkie's RED method asks of every service: rate, errors, duration."""

from __future__ import annotations

from collections.abc import Sequence

from mixwright import Alert, Method, Panel, Query, Row, promql
from mixwright.promql import Expr
from mixwright.standard.rules import burn, latency


def row(
    title: str,
    *,
    requests: Expr,
    failed: Expr,
    duration: str,
    by: Sequence[str],
    legend: str,
    over: str = "5m",
    per_second: float = 1,
    rate: Sequence[Alert] = (),
    errors: Sequence[Alert] = (),
    slow: Sequence[Alert] = (),
) -> Row:
    """Return the row for counters of requests and failures and a histogram, `per_second` of its unit to one."""
    labels = ", ".join(by)
    p99 = latency.quantile(0.99, duration, by=by, over=over)
    return Row(
        title,
        (
            Panel(
                "Requests",
                promql(f"sum by ({labels}) (rate({requests}[{over}]))"),
                slot="rate",
                unit="reqps",
                minimum=0,
                legend=legend,
                alert=tuple(rate),
                description="Requests per second.",
            ),
            Panel(
                "Failing",
                Query(burn.ratio(failed, requests, over=over, by=by), legend=legend),
                slot="errors",
                unit="percentunit",
                minimum=0,
                maximum=1,
                alert=tuple(errors),
                description="Failed share of requests.",
            ),
            Panel(
                "Time to answer",
                Query(p99 if per_second == 1 else p99 / per_second, legend=legend),
                slot="duration",
                unit="s",
                minimum=0,
                alert=tuple(slow),
                description="99 of 100 requests were answered within this time.",
            ),
        ),
        method=Method.RED,
    )
