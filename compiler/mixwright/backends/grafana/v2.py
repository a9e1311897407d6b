"""A classic dashboard in the second version of Grafana's schema: elements apart from the layout that places them.

Source: the types of `schema/dashboard/v2` in the npm package `@grafana/schema` 13.2.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

Json = dict[str, Any]

_HIDDEN = {0: "dontHide", 1: "hideLabel", 2: "hideVariable"}
_REFRESHED = {0: "never", 1: "onDashboardLoad", 2: "onTimeRangeChanged"}
_SORTED = (
    *("disabled", "alphabeticalAsc", "alphabeticalDesc", "numericalAsc", "numericalDesc"),
    *("alphabeticalCaseInsensitiveAsc", "alphabeticalCaseInsensitiveDesc", "naturalAsc"),
)
_CURSORS = ("Off", "Crosshair", "Tooltip")
_QUERY_OPTIONS = (
    *("cacheTimeout", "hideTimeOverride", "interval", "maxDataPoints", "queryCachingTTL"),
    *("timeCompare", "timeFrom", "timeShift"),
)
_INTERVALS = ["5s", "10s", "30s", "1m", "5m", "15m", "30m", "1h", "2h", "1d"]


def to_v2(classic: Json) -> Json:
    """Return the spec of a v2 dashboard."""
    rows = list(_rows(classic.get("panels", [])))
    panels = [panel for _, inside in rows for panel in inside]
    time = classic.get("time", {})
    return {
        "title": classic["title"],
        **({"description": classic["description"]} if classic.get("description") else {}),
        "tags": classic.get("tags", []),
        "editable": classic.get("editable", False),
        "preload": classic.get("preload", False),
        "cursorSync": _CURSORS[classic.get("graphTooltip", 0)],
        "annotations": [_annotation(one) for one in classic.get("annotations", {}).get("list", [])],
        "elements": {_name(panel): _element(panel) for panel in panels},
        "layout": _layout(rows),
        "links": [_dashboard_link(link) for link in classic.get("links", [])],
        "timeSettings": {
            "from": time.get("from", "now-1h"),
            "to": time.get("to", "now"),
            "timezone": classic.get("timezone", "browser"),
            "autoRefresh": classic.get("refresh", ""),
            "autoRefreshIntervals": _INTERVALS,
            "hideTimepicker": False,
            "fiscalYearStartMonth": 0,
        },
        "variables": [_variable(one) for one in classic.get("templating", {}).get("list", [])],
    }


def _rows(panels: list[Json]) -> Iterator[tuple[Json | None, list[Json]]]:
    """Yield each row with its panels; those before the first row have none."""
    row: Json | None = None
    inside: list[Json] = []
    for panel in panels:
        if panel["type"] != "row":
            inside.append(panel)
            continue
        if row is not None or inside:
            yield row, inside
        row, inside = panel, list(panel.get("panels", []))
    if row is not None or inside:
        yield row, inside


def _layout(rows: list[tuple[Json | None, list[Json]]]) -> Json:
    if all(row is None for row, _ in rows):
        return _grid([panel for _, inside in rows for panel in inside])
    return {"kind": "RowsLayout", "spec": {"rows": [_row(row, inside) for row, inside in rows]}}


def _row(row: Json | None, panels: list[Json]) -> Json:
    spec: Json = {"layout": _grid(panels)}
    if row is None:
        spec |= {"title": "", "collapse": False, "hideHeader": True}
    else:
        spec |= {"title": row.get("title", ""), "collapse": row.get("collapsed", False)}
        if row.get("repeat"):
            spec["repeat"] = {"mode": "variable", "value": row["repeat"]}
    return {"kind": "RowsLayoutRow", "spec": spec}


def _grid(panels: list[Json]) -> Json:
    """Return a grid; places count from the top of the row."""
    top = min((panel["gridPos"]["y"] for panel in panels), default=0)
    return {"kind": "GridLayout", "spec": {"items": [_item(panel, top) for panel in panels]}}


def _item(panel: Json, top: int) -> Json:
    place = panel["gridPos"]
    spec: Json = {
        "x": place["x"],
        "y": place["y"] - top,
        "width": place["w"],
        "height": place["h"],
        "element": {"kind": "ElementReference", "name": _name(panel)},
    }
    if panel.get("repeat"):
        spec["repeat"] = {
            "mode": "variable",
            "value": panel["repeat"],
            "direction": panel.get("repeatDirection", "h"),
            **({"maxPerRow": panel["maxPerRow"]} if "maxPerRow" in panel else {}),
        }
    return {"kind": "GridLayoutItem", "spec": spec}


def _name(panel: Json) -> str:
    return f"panel-{panel['id']}"


def _element(panel: Json) -> Json:
    config = panel.get("fieldConfig", {})
    links = ("title", "url", "targetBlank")
    spec: Json = {
        "id": panel["id"],
        "title": panel.get("title", ""),
        "description": panel.get("description", ""),
        "links": [{key: one[key] for key in links if key in one} for one in panel.get("links", [])],
        "data": {
            "kind": "QueryGroup",
            "spec": {
                "queries": [_query(target, panel) for target in panel.get("targets", [])],
                "transformations": [
                    _transformation(step) for step in panel.get("transformations", [])
                ],
                "queryOptions": {key: panel[key] for key in _QUERY_OPTIONS if key in panel},
            },
        },
        "vizConfig": {
            "kind": "VizConfig",
            "group": panel["type"],
            "version": panel.get("pluginVersion", ""),
            "spec": {
                "options": panel.get("options", {}),
                "fieldConfig": {
                    "defaults": config.get("defaults", {}),
                    "overrides": config.get("overrides", []),
                },
            },
        },
    }
    return {
        "kind": "Panel",
        "spec": spec | ({"transparent": True} if panel.get("transparent") else {}),
    }


def _query(target: Json, panel: Json) -> Json:
    source = target.get("datasource") or panel.get("datasource")
    spec = {
        key: value for key, value in target.items() if key not in ("datasource", "hide", "refId")
    }
    return {
        "kind": "PanelQuery",
        "spec": {
            "refId": target.get("refId", "A"),
            "hidden": target.get("hide", False),
            "query": _data_query(source, spec),
        },
    }


def _data_query(source: Any, spec: Json) -> Json:
    known = source if isinstance(source, Mapping) else {}
    return {
        "kind": "DataQuery",
        "group": known.get("type", "prometheus"),
        "version": "v0",
        **({"datasource": {"name": known["uid"]}} if known.get("uid") else {}),
        "spec": spec,
    }


def _transformation(step: Json) -> Json:
    kept: Json = {key: step[key] for key in ("disabled", "filter", "topic") if key in step}
    spec = {**kept, "options": step.get("options", {})}
    return {"kind": "Transformation", "group": step["id"], "spec": spec}


def _annotation(one: Json) -> Json:
    known = {
        "builtIn",
        "datasource",
        "enable",
        "filter",
        "hide",
        "iconColor",
        "name",
        "target",
        "type",
    }
    spec: Json = {
        "name": one["name"],
        "enable": one.get("enable", True),
        "hide": one.get("hide", False),
        "iconColor": one.get("iconColor", ""),
        "query": _data_query(one.get("datasource"), one.get("target", {})),
    }
    if one.get("builtIn"):
        spec["builtIn"] = True
    if "filter" in one:
        spec["filter"] = one["filter"]
    rest = {key: value for key, value in one.items() if key not in known}
    return {"kind": "AnnotationQuery", "spec": spec | ({"legacyOptions": rest} if rest else {})}


def _dashboard_link(link: Json) -> Json:
    usual: Json = {
        "tooltip": "",
        "icon": "",
        "tags": [],
        "asDropdown": False,
        "targetBlank": False,
        "includeVars": False,
        "keepTime": False,
    }
    return usual | link


def _variable(one: Json) -> Json:
    spec: Json = {
        "name": one["name"],
        "hide": _HIDDEN[one.get("hide", 0)],
        "skipUrlSync": one.get("skipUrlSync", False),
    }
    spec |= {key: one[key] for key in ("label", "description") if one.get(key)}
    options = [{key: o[key] for key in ("text", "value")} for o in one.get("options", [])]
    current = one.get("current") or {"text": "", "value": ""}
    several: Json = {
        "current": current,
        "options": options,
        "multi": one.get("multi", False),
        "includeAll": one.get("includeAll", False),
        "allowCustomValue": one.get("allowCustomValue", True),
        **({"allValue": one["allValue"]} if "allValue" in one else {}),
    }
    refresh = _REFRESHED[one.get("refresh", 1)]
    match one["type"]:
        case "datasource":
            own = {"pluginId": one["query"], "refresh": refresh, "regex": one.get("regex", "")}
            return {"kind": "DatasourceVariable", "spec": {**spec, **several, **own}}
        case "query":
            text = one["query"]
            own = {
                "query": _data_query(one.get("datasource"), {"__legacyStringValue": text}),
                "definition": one.get("definition", text),
                "refresh": refresh,
                "regex": one.get("regex", ""),
                "sort": _SORTED[one.get("sort", 0)],
            }
            return {"kind": "QueryVariable", "spec": {**spec, **several, **own}}
        case "custom":
            return {"kind": "CustomVariable", "spec": {**spec, **several, "query": one["query"]}}
        case "interval":
            own = {
                "query": one["query"],
                "current": current,
                "options": options,
                "auto": False,
                "auto_min": "10s",
                "auto_count": 30,
                "refresh": "onTimeRangeChanged",
            }
            return {"kind": "IntervalVariable", "spec": {**spec, **own}}
        case "textbox":
            own = {"query": one["query"], "current": current}
            return {"kind": "TextVariable", "spec": {**spec, **own}}
    source = one.get("datasource", {})
    own = {"baseFilters": [], "filters": [], "defaultKeys": [], "allowCustomValue": True}
    return {
        "kind": "AdhocVariable",
        "group": source.get("type", "prometheus"),
        "datasource": {"name": source.get("uid", "")},
        "spec": {**spec, **own},
    }
