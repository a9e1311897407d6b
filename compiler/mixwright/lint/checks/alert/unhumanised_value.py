"""A summary or description that prints a value as the computer has it.

## Why is this bad?
`{{ $value }}` of a ratio reads `0.9333333333333333`, of bytes `1.6384e+10`. Nobody reads that at
three in the morning.

## Use instead
`{{ $value | humanizePercentage }}`, `humanizeDuration`, `humanize1024`, `humanize` or
`printf "%.2f"`.

## Upstream
https://prometheus.io/docs/prometheus/latest/configuration/template_reference/#numbers
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import ALERTS, AnyAlert, Bad, Context, Finding, Good, check, template
from mixwright.promql import Aggregate, Binary, Call, Expr, Negation
from mixwright.promql.dimension import dimension
from mixwright.promql.expr import COMPARISONS

_ALERT = 'Alert("Slow", expr="%s", severity="ticket", hold="5m", summary="{{ $labels }}: %s")'

EXAMPLES = (
    Good(_ALERT % ("rate(requests_total[5m]) > 5", "{{ $value | humanize }}")),
    Good(_ALERT % ("count by (job) (up == 0) > 5", "{{ $value }}")),
    Bad(
        _ALERT % ("rate(requests_total[5m]) > 5", "{{ $value }}"),
        "`{{ $value }}` prints all digits; pipe it through `humanize`",
    ),
    Bad(
        _ALERT % ("job_age_seconds > 600", "{{ $value }}"),
        "`{{ $value }}` prints all digits; pipe it through `humanizeDuration`",
    ),
)

_BY_DIMENSION = {
    "bytes": "humanize1024",
    "bytes per second": "humanize1024",
    "ratio": "humanizePercentage",
    "seconds": "humanizeDuration",
}
_FRACTIONAL = frozenset(
    {
        "avg_over_time",
        "delta",
        "deriv",
        "histogram_quantile",
        "increase",
        "irate",
        "predict_linear",
        "quantile_over_time",
        "rate",
        "stddev_over_time",
    }
)


@check(on=ALERTS, severity="info")
def unhumanised_value(alert: AnyAlert, _context: Context) -> Iterator[Finding]:
    """Look for the bare value where it is a fraction or has a unit that reads badly."""
    known = dimension(alert.expr)
    if known is None and not _is_fraction(alert.expr):
        return
    for where in ("summary", "description"):
        action = template.bare_value(alert.annotations.get(where, ""))
        if action is not None:
            function = _BY_DIMENSION.get(known or "", "humanize")
            yield Finding(f"`{action}` prints all digits; pipe it through `{function}`")


def _is_fraction(expr: Expr) -> bool:
    """Tell whether the value that an expression returns is computed to many digits."""
    match expr:
        case Binary("/"):
            return True
        case Binary(op, left) if op in COMPARISONS or op in ("and", "unless"):
            return _is_fraction(left)
        case Binary(_, left, right):
            return _is_fraction(left) or _is_fraction(right)
        case Call(function) if function in _FRACTIONAL:
            return True
        case Aggregate("avg" | "stddev" | "quantile"):
            return True
        case Aggregate("sum" | "max" | "min", inner) | Negation(inner):
            return _is_fraction(inner)
    return False
