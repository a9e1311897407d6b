"""An average or a sum of quantiles.

## Why is this bad?
Quantiles cannot be averaged: the mean of the 99th percentiles of ten instances is not the 99th
percentile of anything, and an instance without traffic counts as much as a busy one.

## Use instead
Add up the buckets, then take the quantile: `histogram_quantile(0.99, sum by (le) (rate(…)))`.
`max()` of quantiles is right when the worst instance is meant.

## Upstream
https://prometheus.io/docs/practices/histograms/#quantiles
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Aggregate, Call, Expr, Selector, walk
from mixwright.values import MatchOp

EXAMPLES = (
    Good('avg by (instance) (rpc_duration_seconds{quantile="0.99"})'),
    Good(
        "max(histogram_quantile(0.99, sum by (job, le) (rate(http_duration_seconds_bucket[5m]))))"
    ),
    Bad(
        "avg(histogram_quantile(0.99, sum by (job, le) (rate(http_duration_seconds_bucket[5m]))))",
        "`avg()` of quantiles is no quantile; add up the buckets first, or take the `max()`",
    ),
    Bad(
        'avg(rpc_duration_seconds{quantile="0.99"})',
        "`avg()` of quantiles is no quantile; add up the buckets first, or take the `max()`",
    ),
)


@check(on=Expr)
def average_of_quantiles(expr: Expr, _context: Context) -> Iterator[Finding]:
    """Look for quantiles directly inside `avg()` and `sum()` over several instances."""
    for node in walk(expr, Aggregate):
        per_instance = not node.without and {"instance", "pod"}.intersection(node.grouping or ())
        if node.op in ("avg", "sum") and not per_instance and _is_quantile(node.expr):
            yield Finding(
                f"`{node.op}()` of quantiles is no quantile; "
                "add up the buckets first, or take the `max()`",
                node,
            )


def _is_quantile(expr: Expr) -> bool:
    match expr:
        case Call("histogram_quantile"):
            return True
        case Selector(_, matchers):
            return any(m.name == "quantile" and m.op is MatchOp.EQUAL for m in matchers)
    return False
