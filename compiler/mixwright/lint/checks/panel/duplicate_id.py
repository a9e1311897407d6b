"""Two panels of a dashboard with the same id.

## Why is this bad?
Links and alerts name a panel by its id, and find one of the two.

## Use instead
An id for each panel, rows among them.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/#panels
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedPanel
from mixwright.lint import Bad, Context, Finding, Good, check

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        """
        {"title": "Queues", "uid": "a", "panels": [
          {"type": "stat", "title": "A", "id": 1}, {"type": "stat", "title": "B", "id": 1}]}
        """,
        "has the id 1, as panel `A` has",
    ),
)


@check(on=RenderedPanel, severity="error")
def duplicate_id(panel: RenderedPanel, context: Context) -> Iterator[Finding]:
    """Compare with the panels before."""
    for other in context.file.panels if context.file is not None and panel.id is not None else ():
        if other is panel:
            return
        if other.id == panel.id:
            yield Finding(f"has the id {panel.id:g}, as panel `{other.title}` has")
            return
