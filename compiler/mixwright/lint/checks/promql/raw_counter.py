"""A counter read as it is, without `rate()` or `increase()`.

## Why is this bad?
A counter counts since its process started. Its value says how old the process is rather than how the
system does; it falls to zero at every restart and jumps when a target comes or goes.

## Use instead
`rate()` for how fast it counts, `increase()` for how much it counted in a window.

## Upstream
https://prometheus.io/docs/concepts/metric_types/#counter
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Aggregate, Binary, Call, Expr, Range, Selector, Subquery, children
from mixwright.promql.expr import COMPARISONS
from mixwright.promql.valueflow import constant

EXAMPLES = (
    Good("sum(rate(http_requests_total[5m]))"),
    Good("site_users_total"),
    Good("nodejs_active_requests_total"),
    Good("mysql_global_status_uptime"),
    Good("count(http_requests_total)"),
    Good("http_errors_total == 0"),
    Good("timestamp(http_requests_total)"),
    Good("kube_pod_status_phase"),
    Good('up unless on (instance) http_requests_total{code="200"}'),
    Bad(
        "mysql_global_status_slow_queries",
        "`mysql_global_status_slow_queries` counts since its process started; "
        "use `rate()` or `increase()`",
    ),
    Bad(
        "sum by (job) (http_requests_total)",
        "`http_requests_total` counts since its process started; use `rate()` or `increase()`",
    ),
    Bad(
        "histogram_quantile(0.9, sum by (le) (http_duration_seconds_bucket))",
        "`http_duration_seconds_bucket` counts since its process started; use `rate()` or `increase()`",
    ),
)

_FOR_COUNTERS = frozenset(
    {
        "absent",
        "absent_over_time",
        "changes",
        "count_over_time",
        "delta",
        "deriv",
        "idelta",
        "increase",
        "irate",
        "present_over_time",
        "rate",
        "resets",
        "timestamp",
    }
)
"""Functions that take a counter; those that take it wrongly have a check of their own."""


# A gauge is often called `users_total`; what these names count are events.
_EVENTS = re.compile(
    r".*_(adds|bytes|calls|count|count_error|crashes|cycles|deaths|dropped|drops|errors|events|"
    r"evictions|exceptions|failed|failures|hits|interrupts|messages|misses|operations|packets|"
    r"queries|reads|received|requests|responses|restarts|retries|seconds|sent|sync|timeouts|"
    r"transmitted|writes)_total|.*_bucket"
)
_AT_ONCE = re.compile(
    r".*_(active|concurrent|current|inflight|open|pending|queued|running|waiting)_.*"
)
"""What is going on at the moment, and so no counter whatever its name ends with."""


@check(on=Expr)
def raw_counter(expr: Expr, context: Context) -> Iterator[Finding]:
    """Look for counters whose value itself reaches the result.

    Where the catalogue knows nothing, a `_total` is taken for a counter when its name says so.
    """
    for selector in _read_raw(expr):
        name = selector.name or ""
        counts = "uptime" not in name and context.facts.counts(name)
        if counts is None:
            events = _EVENTS.fullmatch(name) and not _AT_ONCE.fullmatch(name)
            counts = bool(events) and ":" not in name
        if counts:
            yield Finding(
                f"`{name}` counts since its process started; use `rate()` or `increase()`", selector
            )


def _read_raw(expr: Expr) -> Iterator[Selector]:
    match expr:
        case Selector():
            yield expr
        case Call(function, (Selector() | Range() | Subquery(Selector()),)) if (
            function in _FOR_COUNTERS
        ):
            return
        case Aggregate("count" | "group"):
            return
        case Binary("and" | "unless", left, _):
            yield from _read_raw(left)
        case Binary(op, left, right) if op in COMPARISONS and 0 in (
            constant(left),
            constant(right),
        ):
            return
        case _:
            for child in children(expr):
                yield from _read_raw(child)
