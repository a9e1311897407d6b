"""A comparison of constants that is always true.

## Why is this bad?
It decides nothing. Mostly a metric was meant on one side, or `vector()` was put around the wrong part.

## Use instead
Compare something that changes, or drop the comparison.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/operators/#comparison-binary-operators
"""

from __future__ import annotations

import operator
from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Binary, Expr, walk
from mixwright.promql.valueflow import constant

EXAMPLES = (
    Good("queue_length > 2 * 50"),
    Good("hour() > bool 7"),
    Bad("vector(1) > 0", "`vector(1) > 0` is always true; compare something that changes"),
)

_COMPARE = {
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    "==": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
}


@check(on=Expr)
def constant_comparison(expr: Expr, _context: Context) -> Iterator[Finding]:
    """Compute comparisons whose both sides are known."""
    for node in walk(expr, Binary):
        left, right = constant(node.left), constant(node.right)
        if node.op not in _COMPARE or left is None or right is None:
            continue
        if _COMPARE[node.op](left, right):
            yield Finding(f"`{node!s}` is always true; compare something that changes", node)
