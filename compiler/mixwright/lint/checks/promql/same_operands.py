"""An operator with the same expression on both sides.

## Why is this bad?
The result is known before there is any data: `x / x` is 1, `x - x` is 0, `x unless x` is nothing.
Mostly one side was copied and not changed.

## Use instead
What was meant on the other side.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/operators/#binary-operators
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Binary, Cardinality, Expr, ValueType, type_of, walk

EXAMPLES = (
    Good("queue_length - queue_length offset 1h"),
    Good("queue_length != queue_length"),
    Good("queue_length + queue_length"),
    Good("queue_length * on (job) group_left (zone) (job_zone / job_zone)"),
    Bad(
        "queue_length unless queue_length",
        "`unless` has `queue_length` on both sides; change one of them",
    ),
)

# `x == x` drops NaN, `x != x` finds it, and `x + x` and `x * x` are ways to double and to square.
_TRIVIAL = frozenset({"-", "/", "%", "<", "<=", ">", ">=", "and", "or", "unless"})


@check(on=Expr, severity="error")
def same_operands(expr: Expr, _context: Context) -> Iterator[Finding]:
    """Compare the two sides of every operator."""
    ones = {id(n) for join in walk(expr, Binary) for n in _ones_of(join)}
    for node in walk(expr, Binary):
        if id(node) in ones:
            continue
        vectors = type_of(node.left) is ValueType.VECTOR
        if node.op in _TRIVIAL and vectors and node.left == node.right:
            yield Finding(
                f"`{node.op}` has `{node.left!s}` on both sides; change one of them", node
            )


def _ones_of(join: Binary) -> Iterator[Binary]:
    """Yield what is joined with `group_left` or `group_right`: there `x / x` is 1 with the labels of `x`."""
    if join.matching.cardinality is not Cardinality.ONE_TO_ONE:
        yield from walk(join.left, Binary)
        yield from walk(join.right, Binary)
