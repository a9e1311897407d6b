"""A panel without a title.

## Why is this bad?
Nobody can say which panel they mean, alerts cannot name it, and a screenshot of it means nothing.

## Use instead
A title that names what is shown. A panel that belongs to the one beside it may be transparent and still have one.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/best-practices/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedPanel
from mixwright.lint import Bad, Context, Finding, Good, check

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        '{"title": "Queues", "uid": "a", "panels": [{"id": 3, "type": "stat"}]}',
        "panel 3 has no title",
    ),
)

_UNTITLED = frozenset({"news", "text", "welcome"})


@check(on=RenderedPanel)
def missing_title(panel: RenderedPanel, _context: Context) -> Iterator[Finding]:
    """Look for the text."""
    if panel.kind not in _UNTITLED and not panel.title.strip():
        number = "this panel" if panel.id is None else f"panel {panel.id:g}"
        yield Finding(f"{number} has no title")
