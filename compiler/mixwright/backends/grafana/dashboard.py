"""One dashboard: root, variables, annotations, links, and its rows of panels."""

from __future__ import annotations

from typing import Any

from grafanalib import core

from mixwright.backends.grafana.annotations import annotation_list
from mixwright.backends.grafana.links import Slugs, dashboard_links
from mixwright.backends.grafana.modern import modern
from mixwright.backends.grafana.panel import compiled_panel, place
from mixwright.backends.grafana.raw import raw_panel
from mixwright.backends.grafana.variables import variables
from mixwright.model import Dashboard, Mixin, Row


def compiled(dashboard: Dashboard, mixin: Mixin, slugs: Slugs) -> dict[str, Any]:
    """Return a resolved dashboard as classic JSON of schemaVersion 42."""
    tag = f"mixin:{mixin.name}"
    built = core.Dashboard(
        title=dashboard.title,
        description=dashboard.description,
        uid=dashboard.uid,
        tags=list(dashboard.tags),
        editable=False,
        refresh=dashboard.refresh,
        time=core.Time(dashboard.since, "now"),
        timezone="browser",
        graphTooltip=core.GRAPH_TOOLTIP_MODE_SHARED_CROSSHAIR,
        annotations=core.Annotations(annotation_list(dashboard)),
        templating=core.Templating(variables(dashboard)),
        links=dashboard_links(dashboard, slugs, tag),
        panels=[panel for row in dashboard.rows for panel in _row(row, dashboard, slugs)],
    )
    raw = {panel.id: raw_panel(panel) for panel in dashboard.all_panels() if panel.kind == "raw"}
    return modern(built, {number: made for number, made in raw.items() if number is not None})


def _row(row: Row, dashboard: Dashboard, slugs: Slugs) -> list[Any]:
    """Return a row's heading and its panels; a collapsed heading holds them."""
    panels = [
        # What stands in for a raw panel is replaced in the end.
        core.Text(id=panel.id) if panel.kind == "raw" else compiled_panel(panel, slugs)
        for panel in row.panels
    ]
    if row.grid is None:
        return panels
    heading = core.RowPanel(
        id=row.id,
        title=row.title,
        gridPos=place(row.grid),
        collapsed=row.collapsed,
        repeat=core.Repeat("h", row.repeat) if row.repeat else core.Repeat(),
        panels=panels if row.collapsed else [],
    )
    return [heading] if row.collapsed else [heading, *panels]
