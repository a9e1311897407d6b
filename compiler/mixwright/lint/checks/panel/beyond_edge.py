"""A panel that is wider than what is left of the page.

## Why is this bad?
Grafana's grid has 24 columns. What sticks out is moved or cut.

## Use instead
`x` and `w` that add up to 24 or less.

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
          {"type": "stat", "title": "A", "gridPos": {"x": 16, "y": 0, "w": 12, "h": 8}}]}
        """,
        "ends at column 28 of 24",
    ),
)

COLUMNS = 24


@check(on=RenderedPanel, severity="error")
def beyond_edge(panel: RenderedPanel, _context: Context) -> Iterator[Finding]:
    """Add place and width."""
    if panel.box is not None and panel.box.x + panel.box.w > COLUMNS:
        yield Finding(f"ends at column {panel.box.x + panel.box.w:g} of {COLUMNS}")
