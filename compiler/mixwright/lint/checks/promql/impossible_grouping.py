"""An aggregation by a label that the series inside cannot have.

## Why is this bad?
The label is empty everywhere, so series are put together that should stay apart, and whoever reads
the result looks for a label that is not there. Mostly an inner aggregation has dropped it.

## Use instead
Keep the label in the inner aggregation, or leave it out of the outer one.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/operators/#aggregation-operators
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Aggregate, Expr, walk

EXAMPLES = (
    Good("max by (job) (sum by (job, instance) (rate(http_requests_total[5m])))"),
    Good('max by (zone) (label_replace(sum by (job) (queue_length), "zone", "a", "", ""))'),
    Bad(
        "max by (job, zone) (sum by (job) (queue_length))",
        "`max by (job, zone)` asks for `zone`, which is gone: `sum by (job)` keeps only `job`",
    ),
    Bad(
        """
Mixin(
    "web",
    version="1.0.0",
    rules=RuleGroup(
        "web",
        rules=Recording("job:requests:rate5m", expr="sum by (job) (rate(requests_total[5m]))"),
    ),
    dashboards=Dashboard("Web", panels=Panel("Requests", "sum by (zone) (job:requests:rate5m)")),
)
""",
        "`sum by (zone)` asks for `zone`, which is gone: `sum by (job)` keeps only `job`",
    ),
)


@check(on=Expr, severity="error")
def impossible_grouping(expr: Expr, context: Context) -> Iterator[Finding]:
    """Ask the label flow for every label of every `by`."""
    for node in walk(expr, Aggregate):
        if node.without:
            continue
        labels = context.labels(node.expr)
        for name in node.grouping or ():
            if not labels.possible(name):
                by = f"{node.op} by ({', '.join(node.grouping or ())})"
                yield Finding(
                    f"`{by}` asks for `{name}`, which is gone: {labels.fate(name).reason}", node
                )
