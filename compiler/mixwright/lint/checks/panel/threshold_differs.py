"""A panel whose threshold is not that of the alert it shows.

## Why is this bad?
The line says that all is well while the alert fires, or the other way round. One of the two was
changed and the other forgotten.

## Use instead
No `thresholds=`: a panel with `alert=` takes the alert's own.

## Upstream
https://grafana.com/docs/grafana/latest/panels-visualizations/configure-thresholds/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.model import Panel
from mixwright.passes.expand import threshold
from mixwright.promql import Number

_MIXIN = """
from mixwright.model import Threshold
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
        panels=Panel(
            "Queue",
            "queue_length",
            unit="short",
            description="Jobs that wait.",
            alert=long,
            thresholds=(Threshold(%d, "ticket"),),
        ),
    ),
)
"""

EXAMPLES = (
    Good(_MIXIN % 100),
    Bad(
        _MIXIN % 80,
        "the `ticket` line stands at `80`, alert `QueueLong` fires at `100`; drop `thresholds=`",
    ),
)


@check(on=Panel)
def threshold_differs(panel: Panel, _context: Context) -> Iterator[Finding]:
    """Compare the panel's lines with those of its alerts of the same severity."""
    lines = {alert: threshold(alert, panel) for alert in panel.alert}
    for alert, line in lines.items():
        same = [
            other for other in lines.values() if other and line and other.severity == line.severity
        ]
        for drawn in panel.thresholds:
            if line and drawn.severity == line.severity and drawn not in same:
                yield Finding(
                    f"the `{drawn.severity}` line stands at `{Number(drawn.value)}`, alert "
                    f"`{alert.name}` fires at `{Number(line.value)}`; drop `thresholds=`"
                )
