"""The last mile: what grafanalib 0.7.1 writes for Grafana 6, as Grafana 13 stores it."""

from __future__ import annotations

import json
from typing import Any

from grafanalib import _gen, core

from mixwright.schemas import properties

SCHEMA_VERSION = 42


def modern(
    dashboard: core.Dashboard, as_they_are: dict[int, dict[str, Any]] | None = None
) -> dict[str, Any]:
    """Return a grafanalib dashboard as current JSON values, as the schemas have it.

    `as_they_are` are panels by number that are not touched.

    Properties without a value and those that Grafana no longer knows are left out.
    """
    old = json.loads(json.dumps(dashboard, cls=_gen.DashboardEncoder))
    made = as_they_are or {}
    root = _known("Dashboard", old)
    root.pop("version", None)  # counts edits in Grafana, of which there are none
    root |= {
        "schemaVersion": SCHEMA_VERSION,
        "panels": [_panel(panel, made) for panel in old["panels"]],
        "templating": {"list": [_variable(one) for one in old["templating"]["list"]]},
        "links": [_known("DashboardLink", link) for link in old["links"]],
        "timepicker": {},
        "fiscalYearStartMonth": 0,
        "preload": False,
    }
    return root


def _panel(old: dict[str, Any], made: dict[int, dict[str, Any]]) -> dict[str, Any]:
    if old["id"] in made:
        return made[old["id"]]
    if old["type"] == "row":
        return _known("RowPanel", old) | {
            "panels": [_panel(panel, made) for panel in old["panels"]]
        }
    panel = _known("Panel", old) | {"targets": [_target(target) for target in old["targets"]]}
    for name in ("hideTimeOverride", "links", "targets", "transformations", "transparent"):
        if not panel.get(name):
            panel.pop(name, None)
    return panel


def _target(old: dict[str, Any]) -> dict[str, Any]:
    """Return a query as Grafana's editor writes it: it is either over the range, or of the end."""
    target = _known("PrometheusQuery", old)
    if target["datasource"]["type"] != "prometheus":
        return target
    if not target.get("hide"):
        target.pop("hide", None)
    for name in ("interval", "intervalFactor", "step"):
        target.pop(name, None)
    target["range"] = not target["instant"]
    return target | {"editorMode": "code", "exemplar": False}


def _variable(old: dict[str, Any]) -> dict[str, Any]:
    variable = _known("VariableModel", old)
    if variable["type"] in ("adhoc", "custom", "interval", "textbox"):
        return variable
    if variable["type"] == "query":
        variable["definition"] = variable["query"]
    # grafanalib always writes a choice; without one Grafana takes the first value that there is.
    del variable["current"]
    if variable["includeAll"]:
        variable["current"] = {"text": ["All"], "value": ["$__all"]}
    return variable


def _known(definition: str, old: dict[str, Any]) -> dict[str, Any]:
    """Return the properties that have a value and that Grafana knows."""
    known = properties(definition)
    return {name: value for name, value in old.items() if value is not None and name in known}
