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

from mixwright.lint import ALERTS, PAGING, AnyAlert, Bad, Context, Finding, Good, check
from mixwright.promql import Call, Expr, Selector, children, walk

_ALERT = "Alert('Gone', expr='%s', severity='ticket', hold='5m', summary='the API is gone')"

_GROUP = """
groups:
- name: api
  rules:
  - alert: ApiGone
    expr: absent(up{job="api"})
    for: 5m
    labels: {severity: critical}
    annotations: {summary: the API is gone}
  - alert: ApiSlow
    expr: up{job="api"} == 0
    for: 5m
    labels: {severity: warning}
    annotations: {summary: "{{ $labels.instance }} is down"}
"""

EXAMPLES = (
    Good(_ALERT % 'absent(up{job="api"}) or sum by (job) (up{job="api"}) == 0'),
    Good(_ALERT % 'absent(up{job="api"} == 1)'),
    Bad(
        _ALERT % 'absent(up{job="api"})',
        '`absent(up{job="api"})` is silent while targets are listed and dead; '
        "alert on `up == 0` too",
    ),
    Bad(
        _GROUP,
        '`absent(up{job="api"})` is silent while targets are listed and dead, when only `ApiSlow` '
        "fires, which does not page; alert on `up == 0` too",
    ),
)


@check(on=ALERTS)
def absent_up(alert: AnyAlert, context: Context) -> Iterator[Finding]:
    """Look for `absent(up)` in a mixin where no alert as loud reads the value of `up`."""
    seeing = [other for other in context.mixin.alerts() if _reads_value(other.expr)]
    pages = alert.labels.get("severity") in PAGING
    as_loud = [other for other in seeing if not pages or other.labels.get("severity") in PAGING]
    for call in walk(alert.expr, Call):
        match call:
            case Call("absent", (Selector("up") as watched,)):
                pass
            case _:
                continue
        if any(_watches(other.expr, watched) for other in as_loud):
            continue
        quiet = next((other.name for other in seeing if _watches(other.expr, watched)), None)
        but = f", when only `{quiet}` fires, which does not page" if quiet else ""
        yield Finding(
            f"`{call!s}` is silent while targets are listed and dead{but}; alert on `up == 0` too",
            call,
        )


def _watches(expr: Expr, watched: Selector) -> bool:
    """Tell whether an expression reads `up` of the same targets, or of more."""
    return any(
        selector.name == "up"
        and {m for m in selector.matchers if m.name == "job"} <= set(watched.matchers)
        for selector in walk(expr, Selector)
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
