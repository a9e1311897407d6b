"""Two sides that are matched by a label which one of them cannot have.

## Why is this bad?
Series match when the labels are equal, and an absent label is an empty one. When one side has the
label and the other never does, nothing matches: the result is empty, and an alert on it is dead.

## Use instead
Match `on (…)` the labels that both sides keep, or keep the label on both sides.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/operators/#vector-matching
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Binary, Expr, ValueType, type_of, walk
from mixwright.promql.labelflow import LabelFlow
from mixwright.values import METRIC_NAME

EXAMPLES = (
    Good("sum by (job) (rate(errors_total[5m])) / sum by (job) (rate(requests_total[5m]))"),
    Good("queue_length / on (job) group_left () sum by (job) (queue_capacity)"),
    Good("sum(queue_length) / on () group_left () sum(queue_capacity)"),
    Bad(
        "sum by (job, zone) (queue_length) / sum by (job) (queue_capacity)",
        "`/` matches by `zone`, which the right side never has: `sum by (job)` keeps only `job`",
    ),
    Bad(
        "queue_length and on (zone) sum by (job) (queue_capacity)",
        "`and` matches by `zone`, which the right side never has: `sum by (job)` keeps only `job`",
    ),
)


@check(on=Expr, severity="error")
def impossible_join(expr: Expr, context: Context) -> Iterator[Finding]:
    """Compare the label flows of both sides for every label that is matched by name."""
    for node in walk(expr, Binary):
        both = (type_of(node.left), type_of(node.right))
        filled = node.matching.fill_left is not None or node.matching.fill_right is not None
        if node.op == "or" or filled or both != (ValueType.VECTOR, ValueType.VECTOR):
            continue
        left, right = context.labels(node.left), context.labels(node.right)
        for name in _matched_by(node, left, right):
            if left.possible(name) != right.possible(name):
                side, labels = ("left", left) if right.possible(name) else ("right", right)
                yield Finding(
                    f"`{node.op}` matches by `{name}`, which the {side} side never has: "
                    f"{labels.fate(name).reason}",
                    node,
                )


def _matched_by(node: Binary, left: LabelFlow, right: LabelFlow) -> tuple[str, ...]:
    """Return the labels of `on`; else those that either side names, as others are not known to exist."""
    if node.matching.on:
        return node.matching.labels
    ignored = {*node.matching.labels, METRIC_NAME}
    return tuple(sorted({*left.names, *right.names} - ignored))
