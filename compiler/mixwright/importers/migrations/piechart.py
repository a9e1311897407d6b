"""`grafana-piechart-panel`: the plugin of before `piechart`, after `PieChartPanelChangedHandler` of Grafana."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mixwright.importers.fields import given
from mixwright.importers.successors import REDUCERS, coloured, successor

KINDS = ("grafana-piechart-panel",)

_VALUES = {"values": "value", "percentage": "percent"}


def migrated(panel: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the panel of today."""
    legend = given(panel.get("legend"))
    values = [name for key, name in _VALUES.items() if legend.get(key)]
    on_slices = panel.get("legendType") == "On graph"
    options: dict[str, Any] = {
        "legend": {
            "placement": "bottom" if panel.get("legendType") == "Under graph" else "right",
            "values": values,
            "displayMode": "table",
            "showLegend": not on_slices and bool(legend.get("show", not legend)),
            "calcs": [],
        }
    }
    if on_slices:
        options["displayLabels"] = ["name", *values]
    calculation = panel.get("valueName")
    if calculation:
        known = calculation in ("current", "min", "max", "avg", "total")
        options["reduceOptions"] = {"calcs": [REDUCERS[calculation]] if known else []}
    if panel.get("pieType") in ("pie", "donut"):
        options["pieType"] = panel["pieType"]
    defaults = {"unit": panel.get("format"), "decimals": panel.get("decimals") or 0}
    config = {"defaults": defaults, "overrides": list(coloured(panel.get("aliasColors")))}
    made = successor(panel, "piechart", options=options, fieldConfig=config)
    return made, list(_lost(panel))


def _lost(panel: Mapping[str, Any]) -> Iterator[str]:
    if given(panel.get("combine")).get("threshold"):
        yield "that a `grafana-piechart-panel` adds up small slices"
    if given(panel.get("legend")).get("sort"):
        yield "by what the legend of a `grafana-piechart-panel` is sorted"
