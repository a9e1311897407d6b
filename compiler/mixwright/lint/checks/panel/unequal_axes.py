"""Panels side by side that show the same unit on different axes.

## Why is this bad?
The eye compares heights. The same height means 10 % here and 90 % there.

## Use instead
The same `min` and `max` on panels that are meant to be compared.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/best-practices/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedPanel
from mixwright.lint import Bad, Context, Finding, Good, check

_PANEL = (
    '{{"type": "timeseries", "title": "{0}", "gridPos": {{"x": {1}, "y": 0, "w": 12, "h": 8}}, '
    '"fieldConfig": {{"defaults": {{"unit": "percent", "min": 0, "max": {2}}}}}}}'
)

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        f'{{"title": "Queues", "uid": "a", '
        f'"panels": [{_PANEL.format("A", 0, 100)}, {_PANEL.format("B", 12, 50)}]}}',
        "goes from 0 to 50, panel `A` beside it in the same unit from 0 to 100",
    ),
)


@check(on=RenderedPanel, severity="info")
def unequal_axes(panel: RenderedPanel, context: Context) -> Iterator[Finding]:
    """Compare with the panels before on the same line of the page, where both axes are set."""
    if context.file is None or panel.box is None or None in (panel.minimum, panel.maximum):
        return
    for other in context.file.panels:
        if other is panel:
            return
        alike = (other.kind, other.unit, other.row) == (panel.kind, panel.unit, panel.row)
        beside = other.box is not None and other.box.y == panel.box.y
        if not (alike and beside and panel.unit) or None in (other.minimum, other.maximum):
            continue
        if (other.minimum, other.maximum) != (panel.minimum, panel.maximum):
            yield Finding(
                f"goes from {panel.minimum:g} to {panel.maximum:g}, panel `{other.title}` beside it "
                f"in the same unit from {other.minimum:g} to {other.maximum:g}"
            )
            return
