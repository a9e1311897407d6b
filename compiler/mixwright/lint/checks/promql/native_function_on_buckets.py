"""A function for native histograms on the buckets of a classic one.

## Why is this bad?
`histogram_count()` and its relatives look at native histograms only. The series of a classic one are
floats; they are left out, and the result is empty.

## Use instead
`…_count` and `…_sum`, their ratio for the average; `histogram_quantile()` reads both kinds.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_count-and-histogram_sum
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Call, Expr, Selector, walk

_NATIVE = {
    "histogram_avg": "the ratio of `_sum` and `_count`",
    "histogram_count": "`_count`",
    "histogram_stddev": "a native histogram",
    "histogram_stdvar": "a native histogram",
    "histogram_sum": "`_sum`",
}

EXAMPLES = (
    Good("histogram_count(rate(job_duration_seconds[5m]))"),
    Bad(
        "histogram_count(rate(job_duration_seconds_bucket[5m]))",
        "`histogram_count()` leaves `job_duration_seconds_bucket` out, whose samples are floats; "
        "read `_count`",
    ),
)


@check(on=Expr, severity="error")
def native_function_on_buckets(expr: Expr, _context: Context) -> Iterator[Finding]:
    """Look for names that only classic histograms have."""
    for call in walk(expr, Call):
        for selector in walk(call, Selector) if call.function in _NATIVE else ():
            name = selector.name or ""
            if name.endswith(("_bucket", "_count", "_sum")):
                yield Finding(
                    f"`{call.function}()` leaves `{name}` out, whose samples are floats; "
                    f"read {_NATIVE[call.function]}",
                    call,
                )
