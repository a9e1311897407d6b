"""Two sides that are matched by a label which neither of them can have.

## Why is this bad?
An absent label is an empty one, so that the label tells nothing apart: series are matched as if it were
not named. Where it was to keep several series apart, the join fails as many-to-many.

## Use instead
The labels that both sides keep; `on ()` when there is one series on each side.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/operators/#vector-matching
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Binary, Expr, walk

EXAMPLES = (
    Good("sum by (job) (queue_length) / on (job) sum by (job) (queue_capacity)"),
    Good("sum(queue_length) / on () sum(queue_capacity)"),
    Bad(
        "sum by (job) (queue_length) / on (job, zone) sum by (job) (queue_capacity)",
        "`/` matches by `zone`, which neither side has: `sum by (job)` keeps only `job`",
    ),
)


@check(on=Expr)
def idle_matching_label(expr: Expr, context: Context) -> Iterator[Finding]:
    """Ask the label flows of both sides for every label of `on (…)`."""
    for node in walk(expr, Binary):
        if not node.matching.on or node.op == "or":
            continue
        left, right = context.labels(node.left), context.labels(node.right)
        for name in node.matching.labels:
            if not left.possible(name) and not right.possible(name):
                reason = left.fate(name).reason
                yield Finding(
                    f"`{node.op}` matches by `{name}`, which neither side has: {reason}", node
                )
