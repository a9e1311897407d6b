"""`table-old`: the table of before Grafana 7, after `tablePanelChangedHandler` of Grafana."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mixwright.importers.fields import given
from mixwright.importers.successors import changed, number, override, successor

KINDS = ("table-old",)

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
_ALL = "/.*/"


def migrated(panel: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the panel of today."""
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
