"""A comparison that no value can satisfy.

## Why is this bad?
The comparison leaves nothing over, whatever happens: an alert built on it is dead, and nobody notices,
because silence looks like health. `count()` of nothing is no result rather than 0, a rate is never
negative, a share of requests never exceeds 1.

## Use instead
A threshold inside the range of the values; `absent()` to see that nothing is there.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/operators/#comparison-binary-operators
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Binary, Call, Expr, walk
from mixwright.promql.expr import COMPARISONS
from mixwright.promql.valueflow import bounds, constant, highest_bucket
from mixwright.promql.valueflow import never_true as is_never_true

_RULES = """
groups:
- name: api
  rules:
  - record: job:api_errors:ratio_rate5m
    expr: sum by (job) (rate(api_total{code="500"}[5m])) / sum by (job) (rate(api_total[5m]))
  - alert: ApiBurns
    expr: job:api_errors:ratio_rate5m > 1.44
    for: 2m
    annotations: {summary: "{{ $labels.job }} burns its budget"}
"""

EXAMPLES = (
    Good("rate(requests_total[5m]) == 0"),
    Good("count(up == 0) > 2"),
    Good("1 - avg(up) > 0.2"),
    Bad(
        'count(up{job="api"}) == 0',
        "`== 0` is never true: the left side is `1` or more",
    ),
    Bad(
        'sum(rate(requests_total{code=~"5.."}[5m])) / sum(rate(requests_total[5m])) > 14.4 * 0.1',
        "`> (14.4 * 0.1)` is never true: the left side is between `0` and `1`",
    ),
    Bad(
        _RULES,
        "`> 1.44` is never true: the left side is between `0` and `1`",
    ),
    Bad("2 < up", "`2 <` is never true: the right side is between `0` and `1`"),
)


@check(on=Expr, severity="error")
def never_true(expr: Expr, context: Context) -> Iterator[Finding]:
    """Compare the bounds of both sides; what a highest bucket decides is another check's."""
    for node in walk(expr, Binary):
        if node.op not in COMPARISONS:
            continue
        left, right = bounds(node.left, context.facts), bounds(node.right, context.facts)
        if is_never_true(node.op, left, right) and not _by_buckets(node, context):
            if constant(node.left) is None:
                yield Finding(
                    f"`{node.op} {node.right}` is never true: the left side is {left}", node
                )
            else:
                yield Finding(
                    f"`{node.left} {node.op}` is never true: the right side is {right}", node
                )


def _by_buckets(node: Binary, context: Context) -> bool:
    calls = (call for call in walk(node, Call) if call.function == "histogram_quantile")
    return any(highest_bucket(call, context.facts) is not None for call in calls)
