"""An `or` whose right side brings back what the left side has filtered out.

## Why is this bad?
`or` adds every series of the right side that the left side lacks. When the right side is the same
thing without the filter, the filter filters nothing.

## Use instead
The filter on both sides, or no `or`.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/operators/#logical-set-binary-operators
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Binary, Expr, Selector, walk
from mixwright.promql.expr import COMPARISONS

EXAMPLES = (
    Good("(queue_length unless queue_paused) or vector(0)"),
    Good("queue_length > 100 or queue_length < 1"),
    Bad(
        "(queue_length unless queue_paused) or queue_length > 0",
        "the right side brings back what `unless` on the left side takes away from `queue_length`",
    ),
    Bad(
        "queue_length > 100 or queue_length",
        "the right side brings back what `>` on the left side takes away from `queue_length`",
    ),
)


@check(on=Expr)
def undone_filter(expr: Expr, _context: Context) -> Iterator[Finding]:
    """Compare what is left of both sides without their filters."""
    for node in walk(expr, Binary):
        if node.op != "or":
            continue
        filters, left = _stripped(node.left)
        undone = [op for op in filters if op in ("and", "unless")]
        compared, right = _stripped(node.right)
        if not compared:
            undone = filters
        if undone and not set(compared) - COMPARISONS and _reads_as_much(right, left):
            yield Finding(
                f"the right side brings back what `{undone[0]}` on the left side takes away "
                f"from `{left!s}`",
                node,
            )


def _stripped(expr: Expr) -> tuple[list[str], Expr]:
    """Return the filters around an expression, the outermost first, and what they filter."""
    filters = []
    while isinstance(expr, Binary) and (
        expr.op in ("and", "unless") or (expr.op in COMPARISONS and not expr.bool_)
    ):
        filters.append(expr.op)
        expr = expr.left
    return filters, expr


def _reads_as_much(right: Expr, left: Expr) -> bool:
    match right, left:
        case Selector(), Selector():
            same = (right.offset, right.at) == (left.offset, left.at)
            return same and set(right.conditions) <= set(left.conditions)
    return right == left
