"""`histogram_quantile()` of buckets whose `le` has been aggregated away.

## Why is this bad?
`le` says where a bucket ends. Without it there is no histogram, and the function returns nothing.

## Use instead
Keep `le` in every aggregation below `histogram_quantile()`: `sum by (job, le) (…)`.

## Upstream
https://prometheus.io/docs/practices/histograms/#quantiles
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Call, Expr, metric_names, walk

EXAMPLES = (
    Good("histogram_quantile(0.9, sum by (job, le) (rate(http_duration_seconds_bucket[5m])))"),
    Good("histogram_quantile(0.9, sum by (job) (rate(http_duration_seconds[5m])))"),
    Bad(
        "histogram_quantile(0.9, sum by (job) (rate(http_duration_seconds_bucket[5m])))",
        "`histogram_quantile()` needs `le`: `sum by (job)` keeps only `job`",
    ),
)


@check(on=Expr, severity="error")
def missing_le(expr: Expr, context: Context) -> Iterator[Finding]:
    """Ask the label flow of classic buckets, which end in `_bucket`; native histograms have no `le`."""
    for call in walk(expr, Call):
        match call:
            case Call("histogram_quantile" | "histogram_fraction", (*_, buckets)):
                classic = any(name.endswith("_bucket") for name in metric_names(buckets))
                labels = context.labels(buckets)
                if classic and not labels.possible("le"):
                    reason = labels.fate("le").reason
                    yield Finding(f"`{call.function}()` needs `le`: {reason}", call)
