"""A quantile that is not between 0 and 1.

## Why is this bad?
Quantiles are fractions: the 95th percentile is `0.95`. Above 1 the answer is always `+Inf`, below 0
`-Inf`, so a threshold is always or never crossed.

## Use instead
A fraction between 0 and 1.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/functions/#histogram_quantile
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Aggregate, Call, Expr, Number, walk
from mixwright.promql.valueflow import constant

EXAMPLES = (
    Good("histogram_quantile(0.95, sum by (le) (rate(http_duration_seconds_bucket[5m])))"),
    Good("quantile(1, queue_length)"),
    Bad(
        "histogram_quantile(95, sum by (le) (rate(http_duration_seconds_bucket[5m])))",
        "`histogram_quantile()` of `95` must be between `0` and `1`; write `0.95`",
    ),
    Bad("quantile(-1, queue_length)", "`quantile()` of `-1` must be between `0` and `1`"),
)


@check(on=Expr, severity="error")
def quantile_out_of_range(expr: Expr, _context: Context) -> Iterator[Finding]:
    """Look at every quantile that is a constant."""
    for node in walk(expr, Expr):
        match node:
            case Call("histogram_quantile" | "quantile_over_time" as what, (phi, _)):
                pass
            case Aggregate("quantile" as what, _, phi) if phi is not None:
                pass
            case _:
                continue
        value = constant(phi)
        if value is not None and not 0 <= value <= 1:
            meant = f"; write `{Number(value / 100)}`" if 1 < value <= 100 else ""
            yield Finding(
                f"`{what}()` of `{phi!s}` must be between `0` and `1`{meant}",
                node,
            )
