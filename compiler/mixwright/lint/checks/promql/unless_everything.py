"""An `unless` that takes everything away.

## Why is this bad?
`unless` drops each series that the right side has too. When the right side is the same series, and all
of them, nothing is left.

## Use instead
A condition on the right side, or other labels in `on (…)`.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/operators/#logical-set-binary-operators
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Binary, Expr, Selector, walk

EXAMPLES = (
    Good('queue_length unless queue_length{queue="mail"}'),
    Good("queue_length unless queue_length offset 1h"),
    Bad(
        'queue_length{queue="mail"} unless queue_length',
        "`unless queue_length` leaves nothing of the left side, which is a part of it",
    ),
)


@check(on=Expr, severity="error")
def unless_everything(expr: Expr, _context: Context) -> Iterator[Finding]:
    """Look for a right side that selects all that the left side does."""
    for node in walk(expr, Binary):
        match node:
            case Binary("unless", Selector() as left, Selector() as right):
                same = (left.offset, left.at, left.name) == (right.offset, right.at, right.name)
                if same and set(right.matchers) <= set(left.matchers):
                    yield Finding(
                        f"`unless {right!s}` leaves nothing of the left side, "
                        "which is a part of it",
                        node,
                    )
