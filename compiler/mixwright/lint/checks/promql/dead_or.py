"""The right side of an `or` that is never used.

## Why is this bad?
`or` takes a series of its right side only when the left has none with the same labels. When the left
always has one without labels, and the right has no labels either, the right side is dead.

## Use instead
The default on the right: `sum(x) or vector(0)`.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/operators/#logical-set-binary-operators
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.lint.conditions import always_returns
from mixwright.promql import Binary, Expr, walk
from mixwright.promql.labelflow import LabelFlow, Presence

EXAMPLES = (
    Good("sum(queue_length) or vector(0)"),
    Good("vector(0) or sum by (job) (queue_length)"),
    Bad(
        "vector(0) or sum(queue_length)",
        "`sum(queue_length)` is never used: `vector(0)` always returns; swap the two",
    ),
)


@check(on=Expr, severity="error")
def dead_or(expr: Expr, context: Context) -> Iterator[Finding]:
    """Look for a left side that is always there and a right side that cannot be told from it."""
    for node in walk(expr, Binary):
        if node.op == "or" and not node.matching.labels and always_returns(node.left):
            sides = context.labels(node.left), context.labels(node.right)
            if all(map(_has_none, sides)):
                yield Finding(
                    f"`{node.right!s}` is never used: `{node.left!s}` always returns; swap the two",
                    node.right,
                )


def _has_none(labels: LabelFlow) -> bool:
    return labels.rest.presence is Presence.NEVER and not labels.names
