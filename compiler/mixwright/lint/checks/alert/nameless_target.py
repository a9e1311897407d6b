"""An alert on `up` of all targets that does not say which target it is.

## Why is this bad?
Without a matcher `up == 0` is true for every target of the whole Prometheus. The text speaks of one
system, and the alert fires for any other as well.

## Use instead
A matcher on `job`; or `{{ $labels.job }}` in the text, when every target is meant.

## Upstream
https://prometheus.io/docs/concepts/jobs_instances/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import ALERTS, AnyAlert, Bad, Context, Finding, Good, check, template
from mixwright.promql import Expr, Selector, walk

_ALERT = 'Alert("Down", expr=%r, severity="ticket", hold="5m", summary="%s")'

EXAMPLES = (
    Good(_ALERT % ('up{job="istiod"} == 0', "{{ $labels.instance }} is down")),
    Good(_ALERT % ("up == 0", "{{ $labels.job }} is down")),
    Bad(
        _ALERT % ("up == 0", "the mesh is down"),
        "`up` is of every target there is, and the alert does not say which; "
        "select a `job`, or name `$labels.job`",
    ),
)


@check(on=ALERTS)
def nameless_target(alert: AnyAlert, context: Context) -> Iterator[Finding]:
    """Look for `up` without any matcher as the only thing that is read."""
    selectors = tuple(walk(alert.expr, Selector))
    texts = tuple(alert.annotations.values())
    named = {name for text in texts for name in template.labels(text)}
    if named & {"job", "instance"} or any(template.names_all_labels(text) for text in texts):
        return
    if all(selector.name == "up" and not selector.matchers for selector in selectors):
        for selector in selectors:
            if _keeps_targets(alert.expr, context):
                yield Finding(
                    "`up` is of every target there is, and the alert does not say which; "
                    "select a `job`, or name `$labels.job`",
                    selector,
                )


def _keeps_targets(expr: Expr, context: Context) -> bool:
    return context.labels(expr).possible("instance") or context.labels(expr).possible("job")
