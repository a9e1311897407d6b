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
from mixwright.promql import Binary, Expr, walk
from mixwright.promql.expr import COMPARISONS
from mixwright.promql.valueflow import bounds, constant
from mixwright.promql.valueflow import never_true as is_never_true

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
    Bad("2 < up", "`2 <` is never true: the right side is between `0` and `1`"),
)


@check(on=Expr, severity="error")
def never_true(expr: Expr, _context: Context) -> Iterator[Finding]:
    """Compare the bounds of both sides."""
    for node in walk(expr, Binary):
        if node.op not in COMPARISONS:
            continue
        left, right = bounds(node.left), bounds(node.right)
        if is_never_true(node.op, left, right):
            if constant(node.left) is None:
                yield Finding(
                    f"`{node.op} {node.right}` is never true: the left side is {left}", node
                )
            else:
                yield Finding(
                    f"`{node.left} {node.op}` is never true: the right side is {right}", node
                )
