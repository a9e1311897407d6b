"""`topk()`, `bottomk()`, `limitk()` or `limit_ratio()` that decides which series an alert is about.

## Why is this bad?
Which series are the top five changes from one evaluation to the next. Alerts resolve and begin anew
although nothing got better, and the sixth-worst is never told.

## Use instead
A threshold; an aggregation around the selection when only the total matters.

## Upstream
https://cloudflare.github.io/pint/checks/promql/fragile.html
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import ALERTS, AnyAlert, Bad, Context, Finding, Good, check
from mixwright.promql import Aggregate, Expr, Number, children
from mixwright.promql.labelflow import SELECTING

_ALERT = 'Alert("QueueLong", expr="%s", severity="ticket", hold="5m", summary="{{ $labels }}")'

EXAMPLES = (
    Good(_ALERT % "sum(topk(5, queue_length)) > 100"),
    Good(_ALERT % "topk by (queue) (1, queue_length) > 100"),
    Bad(
        _ALERT % "topk(5, queue_length) > 100",
        "`topk()` chooses other series at every evaluation; compare all of them",
    ),
)


@check(on=ALERTS)
def unstable_selection(alert: AnyAlert, _context: Context) -> Iterator[Finding]:
    """Look for selections that no aggregation hides."""
    for node in _selections(alert.expr):
        yield Finding(
            f"`{node.op}()` chooses other series at every evaluation; compare all of them", node
        )


def _selections(expr: Expr) -> Iterator[Aggregate]:
    match expr:
        case Aggregate(parameter=Number(1.0), grouping=tuple()):
            # One of each group is what is left of duplicates.
            return
        case Aggregate(op) if op in SELECTING:
            yield expr
        case Aggregate():
            return
        case _:
            for child in children(expr):
                yield from _selections(child)
