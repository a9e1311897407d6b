"""An alert whose comparison is true for every value there can be.

## Why is this bad?
The condition filters nothing: the alert fires as long as the series is there. `rate() >= 0` and
`count() > 0` look like conditions and are none.

## Use instead
A threshold inside the range of the values; `absent()` for what should not be missing.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/operators/#comparison-binary-operators
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import ALERTS, AnyAlert, Bad, Context, Finding, Good, check
from mixwright.lint.conditions import unconditional
from mixwright.promql import Binary, Expr
from mixwright.promql.expr import COMPARISONS
from mixwright.promql.valueflow import always_true, bounds, constant

_ALERT = 'Alert("Errors", expr="%s", severity="ticket", hold="5m", summary="{{ $labels }}")'

EXAMPLES = (
    Good(_ALERT % "rate(errors_total[5m]) > 0"),
    Good(_ALERT % "count by (job) (up == 0) > 0"),
    Bad(
        _ALERT % "rate(errors_total[5m]) >= 0",
        "`>= 0` is always true: the left side is `0` or more",
    ),
    Bad(
        _ALERT % "count by (job) (queue_length) > 0",
        "`> 0` is always true: the left side is `1` or more",
    ),
)


@check(on=ALERTS, severity="error")
def always_fires(alert: AnyAlert, context: Context) -> Iterator[Finding]:
    """Compare the bounds of both sides, where nothing else is a condition."""
    for node in _deciding(alert.expr):
        if constant(node.right) is None:
            continue
        left, right = bounds(node.left, context.facts), bounds(node.right)
        plain = unconditional(node.left, context.project.conditional) is not None
        if plain and always_true(node.op, left, right):
            yield Finding(f"`{node.op} {node.right}` is always true: the left side is {left}", node)


def _deciding(expr: Expr) -> Iterator[Binary]:
    """Yield the comparisons that alone decide whether an alert, or one side of its `or`, fires."""
    match expr:
        case Binary("or", left, right):
            yield from _deciding(left)
            yield from _deciding(right)
        case Binary(op) if op in COMPARISONS and not expr.bool_:
            yield expr
