"""Dashboards of Grafana's schema v2 turned into the classic form, with the way back to their places.

Source: `apps/dashboard/kinds/v2/dashboard_spec.cue` of grafana, and its conversion to v1.
"""

from __future__ import annotations

from typing import Any, TypeAlias

from mixwright.dashboardfiles.document import Steps

Json: TypeAlias = dict[str, Any]

_HIDE = {"dontHide": 0, "hideLabel": 1, "hideVariable": 2}
_REFRESH = {"never": 0, "onDashboardLoad": 1, "onTimeRangeChanged": 2}
_KINDS = {
    "QueryVariable": "query",
    "DatasourceVariable": "datasource",
    "CustomVariable": "custom",
    "ConstantVariable": "constant",
    "IntervalVariable": "interval",
    "TextVariable": "textbox",
    "AdhocVariable": "adhoc",
    "GroupByVariable": "groupby",
}


def classic(spec: Json, uid: str, at: Steps) -> tuple[Json, dict[Steps, Steps]]:
    """Return a v2 specification as classic JSON, and from where in the file its parts come."""
    moved: dict[Steps, Steps] = {(): at}
    variables = _list(spec.get("variables"))
    panels: list[Json] = []
    _layout(_dict(spec.get("layout")), _dict(spec.get("elements")), panels, moved, at)
    time = _dict(spec.get("timeSettings"))
    for number in range(len(variables)):
        moved["templating", "list", number] = (*at, "variables", number, "spec")
    dashboard = {
        "uid": uid,
        "title": spec.get("title"),
        "description": spec.get("description"),
        "tags": spec.get("tags"),
        "editable": spec.get("editable", True),
        "links": spec.get("links"),
        "refresh": time.get("autoRefresh"),
        "time": {"from": time.get("from"), "to": time.get("to")},
        "schemaVersion": 42,
        "templating": {"list": [_variable(_dict(variable)) for variable in variables]},
        "annotations": {"list": [_annotation(_dict(a)) for a in _list(spec.get("annotations"))]},
        "panels": panels,
    }
    return {name: value for name, value in dashboard.items() if value is not None}, moved


def _variable(variable: Json) -> Json:
    spec = _dict(variable.get("spec"))
    query = spec.get("query")
    found = {
        **spec,
        "type": _KINDS.get(str(variable.get("kind")), "query"),
        "hide": _HIDE.get(str(spec.get("hide")), 0),
        "refresh": _REFRESH.get(str(spec.get("refresh")), 0),
    }
    if isinstance(query, dict):
        inside = _dict(query.get("spec"))
        found["query"] = inside.get("query", inside.get("expr", inside.get("__legacyStringValue")))
        found["datasource"] = _source(query)
    if found["type"] == "datasource":
        found["query"] = spec.get("pluginId")
    return found


def _annotation(annotation: Json) -> Json:
    spec = _dict(annotation.get("spec"))
    query = _dict(spec.get("query"))
    return {**spec, "target": query.get("spec"), "datasource": _source(query)}


def _layout(
    layout: Json, elements: Json, panels: list[Json], moved: dict[Steps, Steps], at: Steps
) -> None:
    """Add the panels of a layout, rows and tabs as rows."""
    spec = _dict(layout.get("spec"))
    match layout.get("kind"):
        case "GridLayout" | "AutoGridLayout":
            for item in _list(spec.get("items")):
                place = _dict(_dict(item).get("spec"))
                name = str(_dict(place.get("element")).get("name"))
                if name in elements:
                    moved["panels", len(panels)] = (*at, "elements", name)
                    panels.append(_panel(_dict(elements[name]), place))
        case "RowsLayout" | "TabsLayout":
            for part in _list(spec.get("rows")) or _list(spec.get("tabs")):
                inside = _dict(_dict(part).get("spec"))
                row = {"type": "row", "title": inside.get("title") or "", "collapsed": False}
                repeat = _dict(inside.get("repeat")).get("value")
                panels.append(row | ({"repeat": repeat} if repeat else {}))
                first = len(panels)
                _layout(_dict(inside.get("layout")), elements, panels, moved, at)
                for panel in panels[first:] if inside.get("collapse") is True else ():
                    panel.pop("gridPos", None)


def _panel(element: Json, place: Json) -> Json:
    spec = _dict(element.get("spec"))
    viz = _dict(spec.get("vizConfig"))
    shown = _dict(viz.get("spec"))
    group = _dict(_dict(spec.get("data")).get("spec"))
    panel = {
        "id": spec.get("id"),
        "type": viz.get("group") or viz.get("kind"),
        "title": spec.get("title"),
        "description": spec.get("description"),
        "links": spec.get("links"),
        "options": shown.get("options"),
        "fieldConfig": shown.get("fieldConfig"),
        "targets": [_target(_dict(_dict(q).get("spec"))) for q in _list(group.get("queries"))],
        "transformations": [
            {
                "id": _dict(step).get("group") or _dict(step).get("kind"),
                **_dict(_dict(step).get("spec")),
            }
            for step in _list(group.get("transformations"))
        ],
        "repeat": _dict(place.get("repeat")).get("value"),
    }
    if "width" in place:
        sides = {"x": "x", "y": "y", "w": "width", "h": "height"}
        panel["gridPos"] = {side: place.get(name, 0) for side, name in sides.items()}
    return {name: value for name, value in panel.items() if value is not None}


def _target(query: Json) -> Json:
    inside = _dict(query.get("query"))
    return {
        **_dict(inside.get("spec")),
        "refId": query.get("refId"),
        "hide": query.get("hidden") is True,
        "datasource": _source(inside) or query.get("datasource"),
    }


def _source(query: Json) -> Json | None:
    name = _dict(query.get("datasource")).get("name")
    kind = query.get("group") or query.get("kind")
    return {"type": kind, "uid": name} if name or kind else None


def _dict(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
