"""A ratio inside a sum or an average, whose divisor may be zero.

## Why is this bad?
`0 / 0` is NaN, and one NaN makes the whole sum or average NaN: a single idle instance hides what all
the others do. Ratios of unequal size should not be averaged in the first place.

## Use instead
The ratio of the sums: `sum(errors) / sum(requests)`. Or a divisor that cannot be zero: `(requests > 0)`.

## Upstream
https://cloudflare.github.io/pint/checks/promql/nan.html
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Aggregate, Binary, Call, Expr, Range, ValueType, type_of, walk
from mixwright.promql.valueflow import bounds

EXAMPLES = (
    Good("sum(rate(errors_total[5m])) / sum(rate(requests_total[5m]))"),
    Good("avg(rate(busy_seconds_total[5m]) / (rate(requests_total[5m]) > 0))"),
    Good("avg(queue_length / 60)"),
    Good("avg(queue_length / queue_capacity)"),
    Bad(
        "avg(rate(busy_seconds_total[5m]) / rate(requests_total[5m]))",
        "`avg()` becomes NaN when `rate(requests_total[5m])` is 0 once; "
        "divide sums, or by `(… > 0)`",
    ),
)


@check(on=Expr)
def division_in_aggregate(expr: Expr, _context: Context) -> Iterator[Finding]:
    """Look for divisors that are rates, which are zero whenever nothing happens."""
    for node in walk(expr, Aggregate):
        match node:
            case Aggregate("sum" | "avg" | "stddev" | "stdvar", Binary("/" | "%", _, divisor)):
                if type_of(divisor) is ValueType.VECTOR and _is_zero_when_idle(divisor):
                    yield Finding(
                        f"`{node.op}()` becomes NaN when `{divisor!s}` is 0 once; "
                        "divide sums, or by `(… > 0)`",
                        node,
                    )


def _is_zero_when_idle(divisor: Expr) -> bool:
    """Tell whether a divisor is a rate, or a sum of rates, and nothing keeps zero out."""
    match divisor:
        case Call("rate" | "irate" | "increase", (Range(),)):
            return True
        case Aggregate("sum" | "avg" | "max" | "min", inner):
            return _is_zero_when_idle(inner)
        case Binary("*" | "+" | "-", left, right):
            return bounds(divisor).low <= 0 and (
                _is_zero_when_idle(left) or _is_zero_when_idle(right)
            )
    return False
