"""`graph`: the lines, bars and points of before `timeseries`.

After `graphToTimeseriesOptions` of Grafana, with stacking to a hundred percent as since Grafana 11, and
`changeToHistogramPanelMigrationHandler`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from mixwright.importers.fields import UnsaidError, given
from mixwright.importers.successors import (
    REDUCERS,
    changed,
    coloured,
    fixed,
    number,
    override,
    standard_overrides,
    successor,
)

KINDS = ("graph",)

_REGEX = re.compile(r"([/~@;%#'])(.*?)\1([gimsuy]*)")
_TOOLTIP_ORDER = {1: "asc", 2: "desc"}
_COLOURS = {"critical": "red", "warning": "orange"}
_SAID_OF_SERIES = frozenset(
    {
        *("alias", "$$hashKey", "yaxis", "fill", "fillBelowTo", "points", "bars", "lines", "stack"),
        *("linewidth", "pointradius", "dashes", "dashLength", "spaceLength", "color", "transform"),
    }
)


def migrated(panel: dict[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Return the panel of today. Raises `UnsaidError` for bars by series and for axes of Grafana 2."""
    mode = given(panel.get("xaxis")).get("mode")
    if mode == "series":
        raise UnsaidError("a graph by series")
    if "grid" in panel and "yaxes" not in panel:
        raise UnsaidError("axes of before Grafana 3")
    if mode == "histogram":
        return _histogram(panel), ["all but the stack of a `graph` that is a histogram"]
    axes = panel.get("yaxes") or [None]
    defaults = _axis(given(axes[0]))
    config = given(given(panel.get("fieldConfig")).get("defaults"))
    defaults = {**config, **defaults, "custom": defaults.get("custom", {})}
    series = [given(one) for one in panel.get("seriesOverrides") or ()]
    right = _axis(given(axes[1])) if len(axes) > 1 else {}
    overrides = [
        *standard_overrides(panel),
        *coloured(panel.get("aliasColors")),
        *_series(panel, series, defaults, right),
    ]
    defaults["custom"] |= _style(panel, banded=any(one.get("fillBelowTo") for one in series))
    _stack(panel, defaults)
    legend = given(panel.get("legend"))
    if legend.get("hideZero"):
        overrides.append(_left_out("allIsZero"))
    if legend.get("hideEmpty"):
        overrides.append(_left_out("allIsNull"))
    thresholds = [given(one) for one in panel.get("thresholds") or ()]
    if thresholds:
        defaults["custom"]["thresholdsStyle"] = {"mode": _threshold_style(thresholds)}
        defaults["thresholds"] = {"mode": "absolute", "steps": _steps(thresholds)}
    if mode == "time" and panel["xaxis"].get("show") is False:
        hidden = changed("custom.axisPlacement", "hidden")
        overrides.append(override("byType", "time", [hidden]))
    made = successor(
        panel,
        "timeseries",
        options={"legend": _legend(legend), "tooltip": _tooltip(given(panel.get("tooltip")))},
        fieldConfig={"defaults": defaults, "overrides": overrides},
    )
    return made, list(_lost(panel, series))


def _axis(axis: Mapping[str, Any]) -> dict[str, Any]:
    """Return the unit, the ends and the scale of an axis."""
    if not axis:
        return {}
    custom: dict[str, Any] = {"axisPlacement": "auto" if axis.get("show") else "hidden"}
    if axis.get("label"):
        custom["axisLabel"] = axis["label"]
    if axis.get("logBase") in (2, 10):
        custom["scaleDistribution"] = {"type": "log", "log": axis["logBase"]}
    found = {
        "unit": axis.get("format"),
        **{name: number(axis.get(name)) for name in ("decimals", "min", "max")},
    }
    return {name: value for name, value in found.items() if value is not None} | {"custom": custom}


def _style(panel: Mapping[str, Any], *, banded: bool) -> dict[str, Any]:
    """Return how lines, bars and points are drawn; fillings count from 0 to 10 in old panels."""
    bars, points = panel.get("bars"), panel.get("points")
    draw = "bars" if bars else "line" if panel.get("lines") else "points"
    custom: dict[str, Any] = {"drawStyle": draw}
    if points:
        custom["showPoints"] = "always"
        radius = panel.get("pointradius")
        if isinstance(radius, int | float):
            custom["pointSize"] = 2 + radius * 2
    elif draw != "points":
        custom["showPoints"] = "never"
    if panel.get("linewidth") is not None:
        custom["lineWidth"] = panel["linewidth"]
    if panel.get("dashes"):
        custom["lineStyle"] = _dashes(panel)
    fill, gradient = panel.get("fill"), panel.get("fillGradient")
    if banded:
        custom["fillOpacity"] = 35
    elif isinstance(fill, int | float):
        custom["fillOpacity"] = fill * 10
    if isinstance(gradient, int | float) and gradient > 0:
        custom |= {"gradientMode": "opacity", "fillOpacity": gradient * 10}
    if bars:
        custom["fillOpacity"] = 100
    custom["spanNulls"] = panel.get("nullPointMode") == "connected"
    if panel.get("steppedLine"):
        custom["lineInterpolation"] = "stepAfter"
    return custom


def _dashes(panel: Mapping[str, Any]) -> dict[str, Any]:
    lengths = [given(panel).get("dashLength", 10), given(panel).get("spaceLength", 10)]
    return {"fill": "dash" if panel.get("dashes") else "solid", "dash": lengths}


def _stack(panel: Mapping[str, Any], defaults: dict[str, Any]) -> None:
    """Stack series; to a hundred percent an axis has no ends of its own."""
    if not panel.get("stack"):
        return
    percent = bool(panel.get("percentage"))
    defaults["custom"]["stacking"] = {"mode": "percent" if percent else "normal", "group": "A"}
    if percent and panel.get("yaxis"):
        for end in ("min", "max"):
            defaults.pop(end, None)
        if defaults.get("decimals") == 0:
            del defaults["decimals"]


def _series(
    panel: Mapping[str, Any],
    series: list[dict[str, Any]],
    left: Mapping[str, Any],
    right: Mapping[str, Any],
) -> Iterator[dict[str, Any]]:
    """Yield an override for each one of single series, which go by name or by `/regex/`."""
    for one in series:
        alias = one.get("alias")
        if not alias:
            continue
        properties = [
            changed(name, value)
            for key, setting in one.items()
            for name, value in _of_series(key, setting, left, right)
        ]
        if any(key in one for key in ("dashes", "dashLength", "spaceLength")):
            properties.append(changed("custom.lineStyle", _dashes({**panel, **one})))
        if properties:
            by = "byRegexp" if _REGEX.fullmatch(alias) else "byName"
            yield override(by, alias, properties)


def _of_series(
    key: str, value: Any, left: Mapping[str, Any], right: Mapping[str, Any]
) -> Iterator[tuple[str, Any]]:
    match key:
        case "yaxis" if value == 2:
            yield from _right(left, right)
        case "fill":
            yield "custom.fillOpacity", value * 10
        case "fillBelowTo":
            yield "custom.fillBelowTo", value
        case "fillGradient" if value:
            # Grafana names an option beside it that there is not: only the filling arrives.
            yield "custom.fillOpacity", value * 10
        case "points":
            yield "custom.showPoints", "always" if value else "never"
        case "bars":
            yield "custom.drawStyle", "bars" if value else "line"
            if value:
                yield "custom.fillOpacity", 100
        case "lines":
            yield "custom.lineWidth", 0
        case "linewidth":
            yield "custom.lineWidth", value
        case "pointradius":
            yield "custom.pointSize", 2 + value * 2
        case "stack":
            group = value if isinstance(value, str) else "A"
            yield "custom.stacking", {"mode": "normal" if value else "none", "group": group}
        case "color":
            yield "color", fixed(value)
        case "transform":
            yield "custom.transform", "negative-Y" if value == "negative-Y" else "constant"


def _right(left: Mapping[str, Any], right: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield what the right axis has otherwise than the left one; a scale is always another."""
    for name, value in right.items():
        if name != "custom" and value != left.get(name):
            yield name, value
    for name, value in right.get("custom", {}).items():
        if isinstance(value, dict) or value != left.get("custom", {}).get(name):
            yield f"custom.{name}", value


def _legend(legend: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "displayMode": "table" if legend.get("show") and legend.get("alignAsTable") else "list",
        "showLegend": bool(legend.get("show")) if legend else True,
        "placement": "right" if legend.get("rightSide") else "bottom",
        "calcs": [],
    }
    if legend.get("values"):
        found["calcs"] = [REDUCERS[one] for one, on in legend.items() if on and one in REDUCERS]
    if legend.get("sideWidth"):
        found["width"] = legend["sideWidth"]
    return found


def _tooltip(tooltip: Mapping[str, Any]) -> dict[str, Any]:
    if not tooltip.get("shared"):
        return {"mode": "single", "sort": "none"}
    return {"mode": "multi", "sort": _TOOLTIP_ORDER.get(tooltip.get("sort", 0), "none")}


def _left_out(reducer: str) -> dict[str, Any]:
    """Return an override that leaves series without values, or of zeros, out of the legend."""
    hidden = {"tooltip": True, "viz": False, "legend": True}
    which = {"reducer": reducer, "op": "gte", "value": 0}
    return override("byValue", which, [changed("custom.hideFrom", hidden)])


def _threshold_style(thresholds: list[dict[str, Any]]) -> str:
    area = any(one.get("fill") for one in thresholds)
    line = any(one.get("line") for one in thresholds)
    return "line+area" if area and line else "area" if area else "line"


def _steps(thresholds: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the colours from each value on; what is on the good side of all thresholds has none."""
    found: list[dict[str, Any]] = []
    ordered = sorted(thresholds, key=lambda one: one["value"])
    for one, after in zip(ordered, [*ordered[1:], {}], strict=True):
        if one.get("op") == "gt":
            found.append({"value": one["value"], "color": _threshold_colour(one)})
        elif one.get("op") == "lt":
            if not found:
                found.append({"value": None, "color": _threshold_colour(one)})
            below = _threshold_colour(after) if after.get("op") == "lt" else "transparent"
            found.append({"value": one["value"], "color": below})
    if found and found[0]["value"] is not None:
        found.insert(0, {"value": None, "color": "transparent"})
    return found


def _threshold_colour(threshold: Mapping[str, Any]) -> Any:
    mode = threshold.get("colorMode", "")
    if mode == "custom":
        return threshold.get("fillColor") or threshold.get("lineColor")
    return _COLOURS.get(mode, "red")


def _histogram(panel: Mapping[str, Any]) -> dict[str, Any]:
    custom: dict[str, Any] = {}
    if panel.get("stack"):
        mode = "percent" if panel.get("percentage") else "normal"
        custom["stacking"] = {"mode": mode, "group": "A"}
    options = {"legend": _legend({}), "tooltip": _tooltip({}), "combine": False}
    config = {"defaults": {"custom": custom}, "overrides": []}
    return successor(panel, "histogram", options=options, fieldConfig=config)


def _lost(panel: Mapping[str, Any], series: list[dict[str, Any]]) -> Iterator[str]:
    """Yield what no part of the panel of today says."""
    if panel.get("nullPointMode") == "null as zero":
        yield "zeros where a `graph` has no value"
    if panel.get("timeRegions"):
        yield "the time regions of a `graph`, of which it makes annotations"
    if panel.get("alert"):
        yield "the alert in a `graph`"
    if given(panel.get("options")).get("dataLinks"):
        yield "the links of a `graph`"
    if panel.get("decimals") is not None:
        yield "the decimals in the legend of a `graph`"
    if given(panel.get("yaxis")).get("align"):
        yield "how the axes of a `graph` are aligned"
    legend = given(panel.get("legend"))
    if legend.get("sort") and legend.get("values"):
        yield "by what the legend of a `graph` is sorted"
    if panel.get("stack") and given(panel.get("tooltip")).get("value_type") == "cumulative":
        yield "sums in the tooltip of a `graph`"
    for one in series:
        for key in one.keys() - _SAID_OF_SERIES:
            if one[key]:
                yield f"`{key}` of single series"
