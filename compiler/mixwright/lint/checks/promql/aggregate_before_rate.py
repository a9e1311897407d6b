"""`rate()` of an aggregation: counters are added up before their resets are seen.

## Why is this bad?
When one target restarts, the sum of all counters falls a little. `rate()` takes the fall for a reset
of the whole sum and reports a huge spike. A target that goes away does the same.

## Use instead
Rate first, then aggregate: `sum(rate(requests_total[5m]))`. A recording rule records the rate.

## Upstream
https://www.robustperception.io/rate-then-sum-never-sum-then-rate/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Aggregate, Call, Expr, Range, Selector, Subquery, walk

EXAMPLES = (
    Good("sum(rate(http_requests_total[5m]))"),
    Good("max_over_time(sum(rate(http_requests_total[5m]))[1h:1m])"),
    Bad(
        "rate(sum by (job) (http_requests_total)[5m:1m])",
        "`rate()` of `sum()` sees resets that are none; rate first, then aggregate",
    ),
    Bad(
        """
Mixin(
    "web",
    version="1.0.0",
    rules=RuleGroup(
        "web",
        rules=Recording("job:requests:sum", expr="sum by (job) (http_requests_total)"),
    ),
    dashboards=Dashboard("Web", panels=Panel("Requests", "rate(job:requests:sum[5m])")),
)
""",
        "`rate()` of `job:requests:sum`, which records `sum()`, sees resets that are none; "
        "rate first, then aggregate",
    ),
)

_COUNTER_FUNCTIONS = frozenset({"increase", "irate", "rate", "resets"})


@check(on=Expr, severity="error")
def aggregate_before_rate(expr: Expr, context: Context) -> Iterator[Finding]:
    """Look for aggregations inside counter functions, also by way of a recording rule."""
    for call in walk(expr, Call):
        match call:
            case Call(function, (Subquery(inner),)) if function in _COUNTER_FUNCTIONS:
                for aggregate in list(walk(inner, Aggregate))[:1]:
                    yield _finding(call, f"`{aggregate.op}()`")
            case Call(function, (Range(Selector(str(name))),)) if function in _COUNTER_FUNCTIONS:
                for _, rule in context.project.recordings.get(name, ())[:1]:
                    if isinstance(rule.expr, Aggregate):
                        yield _finding(call, f"`{name}`, which records `{rule.expr.op}()`,")


def _finding(call: Call, what: str) -> Finding:
    return Finding(
        f"`{call.function}()` of {what} sees resets that are none; rate first, then aggregate", call
    )
