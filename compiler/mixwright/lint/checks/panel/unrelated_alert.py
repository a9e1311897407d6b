"""A panel tied to an alert about something else.

## Why is this bad?
The alert's notification links to the panel, and the panel marks when it fired. When the panel shows
none of the alert's metrics, whoever follows the link sees nothing of what is wrong.

## Use instead
`alert=` on the panel that shows what the alert compares.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/best-practices/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.model import Panel
from mixwright.promql import Expr, metric_names

_MIXIN = """
long = Alert(
    "QueueLong",
    expr="queue_length > 100",
    severity="ticket",
    hold="5m",
    summary="{{ $labels.instance }} has a long queue",
)
Mixin(
    "queue",
    version="1.0.0",
    rules=RuleGroup("queue", rules=long),
    dashboards=Dashboard(
        "Queue",
        description="How long is the queue?",
        panels=Panel("Queue", "%s", unit="short", description="Jobs that wait.", alert=long),
    ),
)
"""

EXAMPLES = (
    Good(_MIXIN % "max(queue_length)"),
    Bad(
        _MIXIN % "queue_workers",
        "shows nothing of what alert `QueueLong` reads: `queue_length`; tie the alert to another panel",
    ),
)


@check(on=Panel)
def unrelated_alert(panel: Panel, context: Context) -> Iterator[Finding]:
    """Compare metrics, by way of recording rules too."""
    shown = {name for query in panel.show for name in _read(query.expr, context)}
    for alert in panel.alert:
        read = _read(alert.expr, context)
        if panel.show and read and not read & shown:
            names = ", ".join(f"`{name}`" for name in sorted(metric_names(alert.expr)))
            yield Finding(
                f"shows nothing of what alert `{alert.name}` reads: {names}; "
                "tie the alert to another panel"
            )


def _read(expr: Expr, context: Context) -> frozenset[str]:
    """Return the metrics an expression reads, and those its recording rules read."""
    found: set[str] = set()
    names = list(metric_names(expr))
    while names:
        name = names.pop()
        if name not in found:
            found.add(name)
            for _, rule in context.project.recordings.get(name, ()):
                names += metric_names(rule.expr)
    return frozenset(found)
