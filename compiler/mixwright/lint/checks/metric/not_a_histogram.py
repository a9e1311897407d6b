"""`histogram_quantile()` of something that has no buckets.

## Why is this bad?
Quantiles are computed from the series `…_bucket` of a histogram. The `_sum` or `_count` of one, a
summary or a gauge give nothing at all, and no error.

## Use instead
`histogram_quantile(0.99, sum by (le) (rate(…_bucket[5m])))`; the `quantile` label of a summary.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Call, Expr, walk
from mixwright.promql.valueflow import histograms

EXAMPLES = (
    Good(
        "histogram_quantile(0.9, sum by (le) (rate(etcd_disk_wal_fsync_duration_seconds_bucket[5m])))"
    ),
    Good("histogram_quantile(0.9, sum by (le) (rate(site_request_duration_seconds_bucket[5m])))"),
    Bad(
        "histogram_quantile(0.9, sum by (le) (rate(etcd_disk_wal_fsync_duration_seconds_sum[5m])))",
        "`etcd_disk_wal_fsync_duration_seconds_sum` has no buckets; "
        "read `etcd_disk_wal_fsync_duration_seconds_bucket`",
    ),
    Bad(
        "histogram_quantile(0.9, rate(prometheus_engine_query_duration_seconds[5m]))",
        "`prometheus_engine_query_duration_seconds` is a summary and has no buckets",
    ),
)


@check(on=Expr, severity="error")
def not_a_histogram(expr: Expr, context: Context) -> Iterator[Finding]:
    """Look at the type of everything inside."""
    for call in walk(expr, Call):
        if call.function != "histogram_quantile":
            continue
        for selector in histograms(call):
            name = selector.name or ""
            metric = context.facts.metric(name)
            if metric is None or name == f"{metric.name}_bucket":
                continue
            if metric.type == "histogram":
                # The name alone is a native histogram's.
                if name != metric.name or not context.profile.native_histograms:
                    yield Finding(f"`{name}` has no buckets; read `{metric.name}_bucket`", selector)
            else:
                yield Finding(f"`{name}` is a {metric.type} and has no buckets", selector)
