"""`absent(up{…})` as the only alert on targets that are gone.

## Why is this bad?
A target that Prometheus knows and cannot scrape has `up` 0, which is not absent. The alert stays silent
while every process is dead, and only fires when service discovery forgets the targets as well.

## Use instead
`up{…} == 0` beside it, in another alert or behind `or`.

## Upstream
https://prometheus.io/docs/concepts/jobs_instances/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import ALERTS, AnyAlert, Bad, Context, Finding, Good, check
from mixwright.promql import Call, Expr, Selector, children, walk

_ALERT = "Alert('Gone', expr='%s', severity='ticket', hold='5m', summary='the API is gone')"

EXAMPLES = (
    Good(_ALERT % 'absent(up{job="api"}) or sum by (job) (up{job="api"}) == 0'),
    Good(_ALERT % 'absent(up{job="api"} == 1)'),
    Bad(
        _ALERT % 'absent(up{job="api"})',
        '`absent(up{job="api"})` is silent while targets are listed and dead; '
        "alert on `up == 0` too",
    ),
)


@check(on=ALERTS)
def absent_up(alert: AnyAlert, context: Context) -> Iterator[Finding]:
    """Look for `absent(up)` in a mixin where no alert reads the value of `up`."""
    if any(_reads_value(other.expr) for other in context.mixin.alerts()):
        return
    for call in walk(alert.expr, Call):
        if _is_absent_up(call):
            yield Finding(
                f"`{call!s}` is silent while targets are listed and dead; alert on `up == 0` too",
                call,
            )


def _is_absent_up(expr: Expr) -> bool:
    match expr:
        case Call("absent", (Selector("up"),)):
            return True
    return False


def _reads_value(expr: Expr) -> bool:
    if _is_absent_up(expr):
        return False
    own = isinstance(expr, Selector) and expr.name == "up"
    return own or any(_reads_value(child) for child in children(expr))
