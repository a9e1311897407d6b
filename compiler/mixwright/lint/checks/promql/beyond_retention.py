"""A window or an offset that reaches further back than Prometheus keeps its data.

## Why is this bad?
There is nothing to read: the part beyond the retention is empty, so the result is missing or says
something about a shorter time than it claims.

## Use instead
A shorter window, a longer retention, or a recording rule that keeps what is needed.

## Upstream
https://prometheus.io/docs/prometheus/latest/storage/#operational-aspects
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Expr, Range, Selector, Subquery, children
from mixwright.values import Duration

EXAMPLES = (
    Good("rate(requests_total[1h] offset 1w)"),
    Bad(
        "queue_length / queue_length offset 30d",
        "`queue_length offset 30d` looks back `30d`, further than the `15d` that are kept",
    ),
    Bad(
        "avg_over_time(queue_length[2w] offset 1w)",
        "`queue_length[2w] offset 1w` looks back `3w`, further than the `15d` that are kept",
    ),
)


@check(on=Expr)
def beyond_retention(expr: Expr, context: Context) -> Iterator[Finding]:
    """Add windows and offsets up, from the outside inwards."""
    yield from _too_far(expr, 0, context.profile.retention)


def _too_far(expr: Expr, back: int, retention: Duration) -> Iterator[Finding]:
    match expr:
        case Selector(offset=offset):
            reach = back + offset.ms
        case Range(selector, window):
            reach = back + window.ms + selector.offset.ms
        case Subquery(_, window, _, offset):
            back = reach = back + window.ms + offset.ms
        case _:
            reach = 0
    if reach > retention.ms:
        yield Finding(
            f"`{expr!s}` looks back `{Duration(reach)}`, further than the `{_days(retention)}` that are kept",
            expr,
        )
    elif not isinstance(expr, Range):
        for child in children(expr):
            yield from _too_far(child, back, retention)


def _days(retention: Duration) -> str:
    days, rest = divmod(retention.ms, 86_400_000)
    return str(retention) if rest else f"{days}d"
