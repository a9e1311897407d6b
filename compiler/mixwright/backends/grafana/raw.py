"""Panels that are emitted as somebody else made them: grafanalib's objects and plain JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from grafanalib import _gen

from mixwright.errors import DefinitionError
from mixwright.model import Panel
from mixwright.model.panels.raw import Raw
from mixwright.schemas import properties

Json = dict[str, Any]


def raw_panel(panel: Panel) -> Json:
    """Return the JSON of a raw panel with the number and place of ours.

    Of grafanalib's JSON, which is that of Grafana 6, empty values and root properties that Grafana no
    longer knows are left out, thresholds and overrides are put as it has them now; options stay.
    """
    assert isinstance(panel.look, Raw)
    if isinstance(panel.look.panel, Mapping):
        found: Json = dict(panel.look.panel)
    else:
        found = _mended(_encoded(panel))
    found["id"] = panel.id
    if panel.grid is not None:
        grid = panel.grid
        found["gridPos"] = {"h": grid.h, "w": grid.w, "x": grid.x, "y": grid.y}
    return found


def _encoded(panel: Panel) -> Json:
    assert isinstance(panel.look, Raw)
    try:
        found = json.loads(json.dumps(panel.look.panel, cls=_gen.DashboardEncoder))
    except TypeError as error:
        raise DefinitionError(
            f"panel `{panel.title}` is no panel of grafanalib: {error}", panel.origin
        ) from None
    if not isinstance(found, dict) or not isinstance(found.get("type"), str):
        raise DefinitionError(
            f"panel `{panel.title}` is no panel of grafanalib: it has no `type`", panel.origin
        )
    return found


def _mended(old: Json) -> Json:
    known = properties("Panel")
    found: Json = {name: value for name, value in _plain(old).items() if name in known}
    config = found.setdefault("fieldConfig", {})
    config.setdefault("overrides", [])
    thresholds = config.get("defaults", {}).get("thresholds")
    if isinstance(thresholds, dict):
        if not isinstance(thresholds.get("steps"), list):
            del config["defaults"]["thresholds"]
        else:
            # grafanalib writes the first value as the text "null".
            thresholds["steps"] = [
                {"color": step["color"], "value": None if index == 0 else step.get("value")}
                for index, step in enumerate(thresholds["steps"])
            ]
    targets = properties("PrometheusQuery")
    found["targets"] = [
        {name: value for name, value in target.items() if name in targets and value != ""}
        if "expr" in target
        else target
        for target in found.get("targets", [])
    ]
    return found


def _plain(value: Any) -> Any:
    """Return JSON without what has no value."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items() if one is not None}
    return [_plain(one) for one in value] if isinstance(value, list) else value
