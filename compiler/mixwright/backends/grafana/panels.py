"""Panels by kind: what each shows its queries with."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import attrs
from grafanalib import core

from mixwright.backends.grafana import table
from mixwright.backends.grafana.links import Slugs, data_links
from mixwright.backends.grafana.queries import SOURCE, is_instant, shows_buckets, targets
from mixwright.backends.grafana.thresholds import PLAIN, mappings, number, steps
from mixwright.backends.schema import grafana
from mixwright.errors import DefinitionError
from mixwright.model import Dashboard, Grid, Panel

Json = dict[str, Any]


@attrs.frozen
class Look:
    """How a kind of panel shows its data."""

    options: Json
    custom: Json = attrs.field(factory=dict)
    defaults: Json = attrs.field(factory=dict)


class KindPanel(core.Panel):  # type: ignore[misc]
    """A panel of any kind in its present form; grafanalib's own classes are those of Grafana 6 to 8."""

    def __init__(self, kind: str, options: Json, **shared: Any) -> None:
        """Take the kind and its options, and what all of grafanalib's panels have."""
        super().__init__(maxDataPoints=None, **shared)
        self.kind = kind
        self.options = options
        self.defaults: Json = {}
        self.overrides: list[Json] = []

    def to_json_data(self) -> Json:
        """Return the panel as grafanalib's encoder takes it."""
        json: Json = self.panel_json({})
        return json | {
            "type": self.kind,
            "pluginVersion": grafana()["panels"][self.kind]["version"],
            "options": self.options,
            "fieldConfig": {"defaults": self.defaults, "overrides": self.overrides},
        }


def compiled_panel(panel: Panel, dashboard: Dashboard, slugs: Slugs) -> KindPanel:
    """Return a resolved panel as grafanalib takes it."""
    look = _LOOKS[panel.kind](panel)
    built = KindPanel(
        panel.kind,
        look.options,
        id=panel.id,
        title=panel.title,
        description=panel.description or None,
        gridPos=place(panel.grid),
    )
    if panel.kind == "text":
        return built
    built.dataSource = SOURCE
    built.targets = targets(panel)
    built.defaults = _defaults(panel) | look.defaults
    if look.custom:
        built.defaults["custom"] = look.custom
    links = data_links(panel, slugs)
    if panel.kind == "table":
        built.transformations = table.transformations(panel, dashboard)
        built.overrides = table.overrides(panel, dashboard, links)
    elif links:
        built.defaults["links"] = links
    return built


def place(grid: Grid | None) -> core.GridPos | None:
    """Return a place in Grafana's columns."""
    return None if grid is None else core.GridPos(h=grid.h, w=grid.w, x=grid.x, y=grid.y)


def _defaults(panel: Panel) -> Json:
    """Return what every kind reads the same way: unit, range, thresholds and texts of values."""
    given = {
        "unit": panel.unit or None,
        "min": _bound(panel, panel.minimum),
        "max": _bound(panel, panel.maximum),
        "decimals": panel.decimals,
        "mappings": mappings(panel) or None,
    }
    fine = "green" if panel.thresholds else "text"
    return {
        **{name: value for name, value in given.items() if value is not None},
        "color": {"mode": "thresholds"},
        "thresholds": steps(panel.thresholds, fine),
    }


def _bound(panel: Panel, value: float | None) -> float | None:
    if isinstance(value, float) and not math.isfinite(value):
        raise DefinitionError(
            f"panel `{panel.title}` has the minimum or maximum `{value}`; "
            "give a finite number, or leave it open",
            panel.origin,
        )
    return None if value is None else number(value)


_TOOLTIP = {"mode": "multi", "sort": "desc"}
_LEGEND = {"calcs": [], "displayMode": "list", "placement": "bottom", "showLegend": True}
_LAST = {"calcs": ["lastNotNull"], "fields": "", "values": False}


def _timeseries(panel: Panel) -> Look:
    custom: Json = {
        "drawStyle": "line",
        "lineInterpolation": "linear",
        "lineWidth": 1,
        "fillOpacity": 50 if panel.stack else 0,
        "gradientMode": "none",
        "showPoints": "auto",
        "spanNulls": False,
        "stacking": {"group": "A", "mode": "normal" if panel.stack else "none"},
    }
    # By name, so that a machine has one colour on all panels.
    defaults: Json = {"color": {"mode": "palette-classic"}}
    if panel.thresholds:
        # The line, and a tint on its bad side.
        custom["thresholdsStyle"] = {"mode": "dashed+area"}
    defaults["thresholds"] = steps(panel.thresholds, "transparent")
    return Look({"legend": _LEGEND, "tooltip": _TOOLTIP}, custom, defaults)


def _stat(panel: Panel) -> Look:
    ranges = not all(is_instant(panel, query) for query in panel.show)
    return Look(
        {
            "colorMode": "value" if panel.thresholds else "none",
            "graphMode": "area" if ranges else "none",
            "justifyMode": "auto",
            "orientation": "auto",
            "percentChangeColorMode": "standard",
            "reduceOptions": _LAST,
            "showPercentChange": False,
            "textMode": "auto",
            "wideLayout": True,
        }
    )


def _gauge(panel: Panel) -> Look:
    return Look(
        {
            "barShape": "flat",
            "barWidthFactor": 0.5,
            "effects": {},
            "minVizHeight": 75,
            "minVizWidth": 75,
            "orientation": "auto",
            "reduceOptions": _LAST,
            "segmentCount": 1,
            "segmentSpacing": 0.3,
            "shape": "gauge",
            "showThresholdLabels": False,
            "showThresholdMarkers": bool(panel.thresholds),
            "sizing": "auto",
            "sparkline": False,
        },
        defaults={} if panel.thresholds else {"color": PLAIN},
    )


def _bargauge(panel: Panel) -> Look:
    return Look(
        {
            "displayMode": "basic",
            "legend": {**_LEGEND, "showLegend": False},
            "maxVizHeight": 300,
            "minVizHeight": 16,
            "minVizWidth": 8,
            "namePlacement": "auto",
            "orientation": "horizontal",
            "reduceOptions": _LAST,
            "showUnfilled": True,
            "sizing": "auto",
            "valueMode": "color",
        },
        defaults={} if panel.thresholds else {"color": PLAIN},
    )


def _heatmap(panel: Panel) -> Look:
    axis: Json = {"axisPlacement": "left", "reverse": False}
    options: Json = {
        "calculate": not shows_buckets(panel),
        "cellGap": 1,
        "color": {
            "exponent": 0.5,
            "fill": "dark-orange",
            "mode": "scheme",
            "reverse": False,
            "scale": "exponential",
            "scheme": "Oranges",
            "steps": 64,
        },
        "exemplars": {"color": "rgba(255,0,255,0.7)"},
        "filterValues": {"le": 1e-9},
        "legend": {"show": True},
        "rowsFrame": {"layout": "auto"},
        "showValue": "never",
        "tooltip": {"mode": "single", "showColorScale": False, "yHistogram": True},
        "yAxis": axis,
    }
    # A heatmap has unit and range on its axis: a cell counts.
    shared = _defaults(panel)
    axis |= {name: shared[name] for name in ("unit", "decimals", "min", "max") if name in shared}
    custom = {"scaleDistribution": {"type": "linear"}}
    return Look(options, custom)


def _state_timeline(panel: Panel) -> Look:
    options = {
        "alignValue": "left",
        "legend": _LEGEND,
        "mergeValues": True,
        "rowHeight": 0.9,
        "showValue": "auto",
        "tooltip": {"mode": "single", "sort": "none"},
    }
    return Look(options, {"fillOpacity": 80, "lineWidth": 0})


def _table(panel: Panel) -> Look:
    custom = {
        "align": "auto",
        "cellOptions": {"type": "auto"},
        "filterable": True,
        "inspect": False,
    }
    return Look({"cellHeight": "sm", "frameIndex": 0, "showHeader": True}, custom)


def _text(panel: Panel) -> Look:
    return Look({"content": panel.text, "mode": "markdown"})


_LOOKS: dict[str, Callable[[Panel], Look]] = {
    "bargauge": _bargauge,
    "gauge": _gauge,
    "heatmap": _heatmap,
    "stat": _stat,
    "state-timeline": _state_timeline,
    "table": _table,
    "text": _text,
    "timeseries": _timeseries,
}
