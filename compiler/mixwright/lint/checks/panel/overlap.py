"""Two panels on the same place.

## Why is this bad?
Grafana pushes one of them down when the page is opened, and the rows below follow. What was deployed is not what is
seen, and the page has unsaved changes.

## Use instead
Places that leave room for each other; in definitions the layout finds them.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/#panel-size-and-position
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
          {"type": "stat", "title": "A", "gridPos": {"x": 0, "y": 0, "w": 12, "h": 8}},
          {"type": "stat", "title": "B", "gridPos": {"x": 6, "y": 4, "w": 12, "h": 8}}]}
        """,
        "covers a part of panel `A`; move one of them",
    ),
)


@check(on=RenderedPanel, severity="error")
def overlap(panel: RenderedPanel, context: Context) -> Iterator[Finding]:
    """Compare with the panels before, as long as they are open together."""
    for other in context.file.panels if context.file is not None and panel.box else ():
        if other is panel:
            return
        together = other.is_folded == panel.is_folded and (
            not panel.is_folded or other.row == panel.row
        )
        if together and other.box and panel.box and panel.box.overlaps(other.box):
            yield Finding(f"covers a part of panel `{other.title}`; move one of them")
            return
