"""A label copied by `group_left` or `group_right` from a side that cannot have it.

## Why is this bad?
Copying an absent label removes the label from the result. Whatever was to be shown by the join, the
team, the node, the version, is not there.

## Use instead
Keep the label on the side that it is copied from.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/operators/#many-to-one-and-one-to-many-vector-matches
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Binary, Cardinality, Expr, walk

EXAMPLES = (
    Good("queue_length * on (job) group_left (team) max by (job, team) (job_owner_info)"),
    Bad(
        "queue_length * on (job) group_left (team) max by (job) (job_owner_info)",
        "`group_left (team)` copies `team`, which the right side never has: "
        "`max by (job)` keeps only `job`",
    ),
)


@check(on=Expr, severity="error")
def impossible_copied_label(expr: Expr, context: Context) -> Iterator[Finding]:
    """Ask the label flow of the one side for every label that is copied."""
    for node in walk(expr, Binary):
        to_left = node.matching.cardinality is Cardinality.MANY_TO_ONE
        side, one = ("right", node.right) if to_left else ("left", node.left)
        for name in node.matching.include:
            labels = context.labels(one)
            if not labels.possible(name):
                modifier = f"{node.matching.cardinality.value} ({', '.join(node.matching.include)})"
                yield Finding(
                    f"`{modifier}` copies `{name}`, which the {side} side never has: "
                    f"{labels.fate(name).reason}",
                    node,
                )
