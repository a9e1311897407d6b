"""A ticket or log alert about metrics that no panel shows.

## Why is this bad?
When it fires there is nothing to look at: nobody can see how the value moved, whether the threshold
fits, or whether it is over.

## Use instead
A panel that shows the metric, best with `alert=`, which also draws the threshold.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/best-practices/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import ALERTS, AnyAlert, Bad, Context, Finding, Good, check
from mixwright.model import Alert, Severity
from mixwright.promql import metric_names

_MIXIN = """
Mixin(
    "queue",
    version="1.0.0",
    rules=RuleGroup(
        "queue",
        rules=Alert(
            "QueueLong",
            expr="queue_length > 100",
            severity="ticket",
            hold="5m",
            summary="{{ $labels.instance }} has a long queue",
        ),
    ),
    dashboards=Dashboard(
        "Queue",
        description="How long is the queue?",
        panels=Panel("Queue", "%s", unit="short", description="Jobs that wait."),
    ),
)
"""

EXAMPLES = (
    Good(_MIXIN % "max(queue_length)"),
    Bad(_MIXIN % "queue_workers", "no panel reads `queue_length`; show it, best with `alert=`"),
)


@check(on=ALERTS, severity="info")
def unseen(alert: AnyAlert, context: Context) -> Iterator[Finding]:
    """Compare the metrics of the alert with those of all panels that belong to it; `up` shows itself."""
    read = metric_names(alert.expr) - {"up"}
    another = isinstance(alert, Alert) and alert.severity is Severity.PAGE
    shown = "__panelId__" in alert.annotations
    seen = context.project.shown(context.mixin)
    if another or shown or not read or not seen:
        return
    if not context.project.sources(read) & seen:
        names = ", ".join(f"`{name}`" for name in sorted(read))
        best = ", best with `alert=`" if isinstance(alert, Alert) else ""
        yield Finding(f"no panel reads {names}; show it{best}")
