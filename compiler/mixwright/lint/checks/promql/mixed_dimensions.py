"""Two sides of an operator that measure different things.

## Why is this bad?
Bytes are not seconds, and bytes are not bytes per second. The sum means nothing, the comparison is
decided by the units rather than by the system.

## Use instead
The metric that was meant, `rate()` on both sides or on none, a factor that converts.

## Upstream
https://prometheus.io/docs/practices/naming/#base-units
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Binary, Expr, walk
from mixwright.promql.dimension import dimension
from mixwright.promql.expr import COMPARISONS

EXAMPLES = (
    Good("node_filesystem_avail_bytes < 0.1 * node_filesystem_size_bytes"),
    Good(
        "rate(node_network_receive_bytes_total[5m]) / on (instance) rate(process_cpu_seconds_total[5m])"
    ),
    Bad(
        "node_filesystem_avail_bytes < queue_age_seconds",
        "`<` compares bytes with seconds",
    ),
    Bad(
        "increase(sent_bytes_total[5m]) - rate(received_bytes_total[5m])",
        "`-` combines bytes with bytes per second",
    ),
)


@check(on=Expr)
def mixed_dimensions(expr: Expr, _context: Context) -> Iterator[Finding]:
    """Compare what the names of the metrics on both sides say."""
    for node in walk(expr, Binary):
        if node.op in COMPARISONS:
            does = "compares"
        elif node.op in ("+", "-"):
            does = "combines"
        else:
            continue
        left, right = dimension(node.left), dimension(node.right)
        if left is not None and right is not None and left != right:
            yield Finding(f"`{node.op}` {does} {left} with {right}", node)
