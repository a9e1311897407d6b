"""The same panel twice on one dashboard.

## Why is this bad?
It costs a query at every refresh and a look by every reader, who wonders where the difference is.

## Use instead
One of them.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/best-practices/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedPanel
from mixwright.lint import Bad, Context, Finding, Good, check

_PANEL = '{{"type": "stat", "title": "{}", "targets": [{{"refId": "A", "expr": "queue_length"}}]}}'

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        f'{{"title": "Queues", "uid": "a", "panels": [{_PANEL.format("A")}, {_PANEL.format("B")}]}}',
        "shows what panel `A` shows",
    ),
)


@check(on=RenderedPanel, severity="info")
def repeated(panel: RenderedPanel, context: Context) -> Iterator[Finding]:
    """Compare kind and queries with the panels of the dashboard before."""
    for file, other in context.bundle.same_question(panel):
        if other is panel:
            return
        if file is context.file and other.kind == panel.kind:
            yield Finding(f"shows what panel `{other.title}` shows")
            return
