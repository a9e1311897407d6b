"""A quantile compared with more than the highest finite bucket can say.

## Why is this bad?
`histogram_quantile()` answers with the upper bound of the highest finite bucket whenever the quantile
lies beyond it: with buckets up to 10 s the result is 10 s, even when all requests take a minute. An
alert on more than that never fires.

## Use instead
A threshold at a bucket's bound; or the share of requests above it, which is exact there:
`1 - rate(…_bucket{le="10"}) / rate(…_count) > 0.01`.

## Upstream
https://prometheus.io/docs/practices/histograms/#errors-of-quantile-estimation
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Binary, Call, Expr, Number, walk
from mixwright.promql.expr import COMPARISONS
from mixwright.promql.valueflow import bounds, highest_bucket, histograms, never_true

_QUANTILE = "histogram_quantile(0.99, sum by (le) (rate(kubelet_pod_worker_duration_seconds_bucket[5m]))) > %s"

EXAMPLES = (
    Good(_QUANTILE % "5"),
    Bad(
        _QUANTILE % "60",
        "`> 60` is never true: the highest finite bucket of "
        "`kubelet_pod_worker_duration_seconds_bucket` is `10`",
    ),
)


@check(on=Expr, severity="error")
def beyond_buckets(expr: Expr, context: Context) -> Iterator[Finding]:
    """Compare the bounds of both sides where buckets decide."""
    for node in walk(expr, Binary):
        if node.op not in COMPARISONS:
            continue
        left, right = (bounds(side, context.facts) for side in (node.left, node.right))
        if not never_true(node.op, left, right):
            continue
        for call in walk(node, Call):
            highest = highest_bucket(call, context.facts)
            if call.function == "histogram_quantile" and highest is not None:
                names = ", ".join(
                    f"`{name}`" for name in sorted({str(s.name) for s in histograms(call)})
                )
                yield Finding(
                    f"`{node.op} {node.right}` is never true: the highest finite bucket of {names} "
                    f"is `{Number(highest)}`",
                    call,
                )
