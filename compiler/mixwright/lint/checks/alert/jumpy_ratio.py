"""A ratio or difference of two aggregations that fires without a hold.

## Why is this bad?
When Prometheus or a target restarts, the series of the two sides come back one by one. For a scrape or
two the one sum is complete and the other is not, and the alert fires.

## Use instead
A hold of a few scrapes.

## Upstream
https://cloudflare.github.io/pint/checks/promql/fragile.html
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import ALERTS, AnyAlert, Bad, Context, Finding, Good, check
from mixwright.promql import Aggregate, Binary, Expr, Range, walk
from mixwright.promql.expr import COMPARISONS
from mixwright.values import Duration

_ALERT = """
Alert(
    "Unbalanced",
    expr="sum by (job) (queue_in) - sum by (job) (queue_out) > 9",
    severity="ticket",
    hold="%s",
    summary="{{ $labels.job }} takes in more than it gives",
)
"""

EXAMPLES = (
    Good(_ALERT % "5m"),
    Bad(
        _ALERT % "0s",
        "`sum by (job) (queue_in) - sum by (job) (queue_out)` jumps while targets come back; "
        "hold the alert for `30s` or more",
    ),
)


@check(on=ALERTS, severity="info")
def jumpy_ratio(alert: AnyAlert, context: Context) -> Iterator[Finding]:
    """Look for arithmetic on two aggregations of single samples below the alert's comparison."""
    shortest = Duration(2 * context.profile.scrape_interval.ms)
    if alert.hold >= shortest:
        return
    for node in walk(alert.expr, Binary):
        if node.op in COMPARISONS and isinstance(node.left, Binary) and _is_fragile(node.left):
            yield Finding(
                f"`{node.left!s}` jumps while targets come back; "
                f"hold the alert for `{shortest}` or more",
                node.left,
            )


def _is_fragile(node: Binary) -> bool:
    sides = (node.left, node.right)
    return node.op in "+-*/%" and all(_is_aggregate(side) for side in sides)


def _is_aggregate(expr: Expr) -> bool:
    return isinstance(expr, Aggregate) and next(walk(expr, Range), None) is None
