"""`absent()` of an expression that always returns something.

## Why is this bad?
`absent()` answers only when its argument returns nothing. With `vector()` or a default behind `or`,
that never happens: the alert is dead.

## Use instead
`absent()` of the bare selector.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/functions/#absent
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.lint.conditions import always_returns
from mixwright.promql import Call, Expr, Subquery, walk

EXAMPLES = (
    Good('absent(up{job="api"})'),
    Good('absent(up{job="api"} == 1)'),
    Bad(
        'absent(sum(up{job="api"}) or vector(0))',
        '`sum(up{job="api"}) or vector(0)` always returns something, so `absent()` never does',
    ),
)


@check(on=Expr, severity="error")
def absent_of_something(expr: Expr, _context: Context) -> Iterator[Finding]:
    """Ask of every argument of `absent()` whether it can return nothing."""
    for call in walk(expr, Call):
        match call:
            case Call("absent", (inner,)) | Call("absent_over_time", (Subquery(inner),)):
                if always_returns(inner):
                    yield Finding(
                        f"`{inner!s}` always returns something, so `{call.function}()` never does",
                        call,
                    )
