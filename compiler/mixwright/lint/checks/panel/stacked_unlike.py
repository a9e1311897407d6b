"""Series on top of each other that do not add up.

## Why is this bad?
A stack says: the whole is the sum of the parts. Quantiles, maxima and minima have no sum, and the line at the
top shows a number that is nothing.

## Use instead
Lines beside each other; a stack of sums and rates in one unit.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/best-practices/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedPanel
from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Aggregate, Call, Expr

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Good(
        'Panel("Work", "sum by (job) (rate(work_items_total[5m]))", kind=panels.TimeSeries(stack=True), unit="ops", '
        'description="Items worked on.")'
    ),
    Bad(
        'Panel("Slow", "max by (job) (work_age_seconds)", kind=panels.TimeSeries(stack=True), '
        'unit="s", description="Age.")',
        "stacks what has no sum: `max by (job) (work_age_seconds)`; draw lines",
    ),
)

_AGGREGATIONS = frozenset({"max", "min", "quantile", "stddev", "stdvar"})
_FUNCTIONS = frozenset(
    {"histogram_quantile", "max_over_time", "min_over_time", "quantile_over_time"}
)


@check(on=RenderedPanel)
def stacked_unlike(panel: RenderedPanel, _context: Context) -> Iterator[Finding]:
    """Look at the outermost operation of several series in a stack."""
    for query in panel.shown if panel.stacked else ():
        if query.expr is not None and _has_no_sum(query.expr):
            yield Finding(f"stacks what has no sum: `{query.text}`; draw lines", query.expr)


def _has_no_sum(expr: Expr) -> bool:
    match expr:
        case Aggregate(op, grouping=grouping):
            return op in _AGGREGATIONS and bool(grouping)
        case Call(function):
            return function in _FUNCTIONS
    return False
