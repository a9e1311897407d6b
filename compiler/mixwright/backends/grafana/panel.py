"""One panel: its queries, its options, its place, and where it leads."""

from __future__ import annotations

from typing import Any

from grafanalib import core

from mixwright.backends.grafana import table
from mixwright.backends.grafana.fields import colour, data_link, defaults, overrides
from mixwright.backends.grafana.links import Slugs, data_links
from mixwright.backends.grafana.panels import shown
from mixwright.backends.grafana.queries import source, targets
from mixwright.backends.grafana.transformations import to_json
from mixwright.model import Grid, Panel
from mixwright.schemas import grafana

Json = dict[str, Any]


class KindPanel(core.Panel):  # type: ignore[misc]
    """A panel of any kind in its present form; grafanalib's own classes are those of Grafana 6 to 8."""

    def __init__(self, kind: str, options: Json, more: Json, **shared: Any) -> None:
        """Take the kind, its options, properties that grafanalib does not know, and those that it does."""
        super().__init__(maxDataPoints=None, **shared)
        self.kind = kind
        self.options = options
        self.more = more
        self.defaults: Json = {}
        self.overrides: list[Json] = []

    def to_json_data(self) -> Json:
        """Return the panel as grafanalib's encoder takes it."""
        json: Json = self.panel_json({})
        return json | {
            "type": self.kind,
            "pluginVersion": _version(self.kind),
            "options": self.options,
            "fieldConfig": {"defaults": self.defaults, "overrides": self.overrides},
            **self.more,
        }


def compiled_panel(panel: Panel, slugs: Slugs) -> KindPanel:
    """Return a resolved panel as grafanalib takes it."""
    own = shown(panel)
    built = KindPanel(
        panel.kind,
        own.options,
        _unusual(panel),
        id=panel.id,
        title=panel.title,
        description=panel.description or None,
        gridPos=place(panel.grid),
    )
    if panel.look.asks == "nothing":
        return built
    built.dataSource = source(panel)
    built.targets = targets(panel)
    built.transformations = [to_json(step) for step in panel.transformations]
    built.defaults = defaults(panel) | own.defaults
    if panel.color:
        built.defaults["color"] = colour(panel.color)
    if own.custom:
        built.defaults["custom"] = own.custom
    ways, links = data_links(panel, slugs), [data_link(link) for link in panel.data_links]
    if panel.kind == "table":
        built.overrides = table.overrides(panel, ways)
        ways = []
    if ways or links:
        built.defaults["links"] = ways + links
    built.overrides += own.overrides + overrides(panel, shown)
    return built


def place(grid: Grid | None) -> core.GridPos | None:
    """Return a place in Grafana's columns."""
    return None if grid is None else core.GridPos(h=grid.h, w=grid.w, x=grid.x, y=grid.y)


def _version(kind: str) -> str:
    """Return the version of Grafana whose options these are; a kind without a schema has that of the others."""
    panels = grafana()["panels"]
    return str(panels.get(kind, panels["timeseries"])["version"])


def _unusual(panel: Panel) -> Json:
    """Return what few panels have."""
    more: Json = {}
    if panel.repeat:
        more |= {"repeat": panel.repeat, "repeatDirection": "v" if panel.repeat_down else "h"}
        if not panel.repeat_down:
            more["maxPerRow"] = max(1, 24 // (panel.width or panel.look.columns))
    if panel.transparent:
        more["transparent"] = True
    if panel.least_step is not None:
        more["interval"] = str(panel.least_step)
    return more
