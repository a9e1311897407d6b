"""`table-old`, the table of before Grafana 7, and `table` of before Grafana 12.

After `tablePanelChangedHandler`, `migrateHiddenFields` and the schema version 38 of Grafana.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mixwright.importers.fields import given
from mixwright.importers.successors import changed, number, override, successor

KINDS = ("table-old", "table")

_TRANSFORMATIONS = {
    "timeseries_to_rows": "seriesToRows",
    "timeseries_to_columns": "seriesToColumns",
    "timeseries_aggregations": "reduce",
    "table": "merge",
}
_CALCULATIONS = {
    "avg": "mean",
    "min": "min",
    "max": "max",
    "total": "sum",
    "current": "lastNotNull",
    "count": "count",
}
_CELLS = {"cell": "color-background", "row": "color-background", "value": "color-text"}
_CELLS_BY_MODE = {
    "basic": {"type": "gauge", "mode": "basic"},
    "gradient-gauge": {"type": "gauge", "mode": "gradient"},
    "lcd-gauge": {"type": "gauge", "mode": "lcd"},
    "color-background": {"type": "color-background", "mode": "gradient"},
    "color-background-solid": {"type": "color-background", "mode": "basic"},
}
_HIDDEN = {"viz": True, "legend": False, "tooltip": False}
_ALL = "/.*/"


def migrated(panel: dict[str, Any]) -> tuple[dict[str, Any], list[str]] | None:
    """Return the panel of today."""
    if panel["type"] == "table-old":
        made, lost = _successor(panel)
        return _today(made), lost
    made = _today(panel)
    return None if made == panel else (made, [])


def _today(panel: dict[str, Any]) -> dict[str, Any]:
    """Return a table with what its cells and its hidden columns are called since Grafana 12."""
    config = given(panel.get("fieldConfig"))
    custom = dict(given(config.get("defaults")).get("custom") or {})
    if "displayMode" in custom:
        custom["cellOptions"] = _cell(custom.pop("displayMode"))
    overrides = [
        {**one, "properties": [_property(each) for each in one["properties"]]}
        for one in config.get("overrides") or ()
    ]
    found = dict(config)
    if custom:
        found["defaults"] = {**config["defaults"], "custom": custom}
    if overrides:
        found["overrides"] = overrides
    return {**panel, "fieldConfig": found} if found != config else panel


def _property(one: dict[str, Any]) -> dict[str, Any]:
    match one["id"]:
        case "custom.displayMode":
            return changed("custom.cellOptions", _cell(one.get("value")))
        case "custom.hidden" if one.get("value") is True:
            return changed("custom.hideFrom", _HIDDEN)
    return one


def _cell(mode: Any) -> dict[str, Any]:
    return _CELLS_BY_MODE.get(mode) or {"type": mode}


def _successor(panel: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    styles = [given(one) for one in panel.get("styles") or ()]
    plain = next((one for one in styles if one.get("pattern") == _ALL), {})
    others = [one for one in styles if one.get("pattern") != _ALL]
    overrides = [_override(one) for one in others]
    before = panel.get("transformations")
    made = successor(
        panel,
        "table",
        options={},
        transformations=[*(before if isinstance(before, list) else ()), *_transformation(panel)],
        fieldConfig={"defaults": _defaults(plain), "overrides": overrides},
    )
    return made, list(_lost(panel, others))


def _transformation(panel: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    name = panel.get("transform")
    if name not in _TRANSFORMATIONS:
        return
    options: dict[str, Any] = {"reducers": []}
    if name == "timeseries_aggregations":
        columns = [_CALCULATIONS[one["value"]] for one in panel["columns"]]
        options = {"reducers": columns, "includeTimeField": False}
    yield {"id": _TRANSFORMATIONS[name], "options": options}


def _defaults(style: Mapping[str, Any]) -> dict[str, Any]:
    found = {
        "unit": style.get("unit"),
        "decimals": style.get("decimals"),
        "displayName": style.get("alias"),
    }
    custom: dict[str, Any] = {}
    if style.get("align") not in (None, "auto"):
        custom["align"] = style["align"]
    if style.get("colorMode"):
        custom["cellOptions"] = {"type": _CELLS[style["colorMode"]]}
    thresholds = {"thresholds": _steps(style)} if style.get("thresholds") else {}
    kept = {name: value for name, value in found.items() if value is not None}
    return {**kept, "custom": custom, **thresholds}


def _override(style: Mapping[str, Any]) -> dict[str, Any]:
    pattern = style["pattern"]
    by = "byRegexp" if re.fullmatch(r"/.*/", pattern) else "byName"
    return override(by, pattern, [changed(*one) for one in _properties(style)])


def _properties(style: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what is shown otherwise in some columns."""
    if style.get("alias"):
        yield "displayName", style["alias"]
    if style.get("unit"):
        yield "unit", style["unit"]
    if style.get("decimals"):
        yield "decimals", style["decimals"]
    if style.get("type") == "date":
        yield "unit", f"time: {style.get('dateFormat')}"
    if style.get("type") == "hidden":
        yield "custom.hidden", True
    if style.get("link"):
        title, url = style.get("linkTooltip", ""), style.get("linkUrl", "")
        new_tab = style.get("linkTargetBlank", False)
        yield "links", [{"title": title, "url": url, "targetBlank": new_tab}]
    if style.get("colorMode"):
        yield "custom.cellOptions", {"type": _CELLS[style["colorMode"]]}
    if style.get("align"):
        yield "custom.align", None if style["align"] == "auto" else style["align"]
    if style.get("thresholds"):
        yield "thresholds", _steps(style)


def _steps(style: Mapping[str, Any]) -> dict[str, Any]:
    """Return colours by value; the thresholds of tables are whole numbers, as text or not."""
    values = [one if isinstance(one, int | float) else _whole(one) for one in style["thresholds"]]
    steps = zip([None, *values], style["colors"], strict=False)
    return {
        "mode": "absolute",
        "steps": [{"value": value, "color": colour} for value, colour in steps],
    }


def _whole(text: str) -> int:
    value = number(text)
    if value is None:
        raise ValueError(f"`{text}` is no number")
    return int(value)


def _lost(panel: Mapping[str, Any], styles: list[dict[str, Any]]) -> Iterator[str]:
    if given(panel.get("sort")).get("col") is not None:
        yield "by what a `table-old` is sorted"
    if panel.get("columns") and panel.get("transform") != "timeseries_aggregations":
        yield "which columns a `table-old` has"
    if any(one.get("colorMode") == "row" for one in styles):
        yield "that a whole row of a `table-old` is coloured, not a cell"
    if any(
        one.get("mappingType") and (one.get("valueMaps") or one.get("rangeMaps")) for one in styles
    ):
        yield "texts of values in a `table-old`"
