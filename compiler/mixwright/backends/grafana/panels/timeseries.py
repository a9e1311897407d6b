"""Lines, bars or points over time."""

from __future__ import annotations

from mixwright.backends.grafana.panels.shown import Json, Shown, legend, stacking, tooltip
from mixwright.backends.grafana.thresholds import number, steps
from mixwright.model import Panel
from mixwright.model.panels.timeseries import TimeSeries
from mixwright.values import Duration

_REDUCERS = {"empty": "allIsNull", "zeros": "allIsZero"}
_DASHES = {"dash": [10, 10], "dot": [0, 10]}


def shown(panel: Panel) -> Shown:
    """Return lines of one pixel; a stack is filled, a threshold is a line with a tint on its bad side."""
    look = panel.look
    assert isinstance(look, TimeSeries)
    fill = look.fill if look.fill is not None else 50 if look.stack else 0
    custom: Json = {
        "drawStyle": look.draw,
        "lineInterpolation": look.interpolation,
        "lineWidth": look.line_width,
        "fillOpacity": fill,
        "gradientMode": look.gradient,
        "showPoints": look.points,
        "spanNulls": look.connect.ms if isinstance(look.connect, Duration) else look.connect,
        "stacking": stacking(look.stack, look.stack_group),
        **_unusual(look),
    }
    style = look.thresholds
    if style == "auto":
        style = "dashed+area" if panel.thresholds else "off"
    if style != "off":
        custom["thresholdsStyle"] = {"mode": style}
    # By name, so that a machine has one colour on all panels.
    defaults: Json = {"color": {"mode": "palette-classic"}}
    defaults["thresholds"] = steps(panel, "transparent")
    options = {"legend": legend(look), "tooltip": tooltip(look.tooltip)}
    return Shown(options, custom, defaults, [_unlisted(one) for one in look.unlisted])


def _unlisted(which: str) -> Json:
    """Return the override that leaves series out of legend and tooltip; they are drawn all the same."""
    hidden = {"legend": True, "tooltip": True, "viz": False}
    return {
        "matcher": {
            "id": "byValue",
            "options": {"op": "gte", "reducer": _REDUCERS[which], "value": 0},
        },
        "properties": [{"id": "custom.hideFrom", "value": hidden}],
    }


def _unusual(look: TimeSeries) -> Json:
    """Return what Grafana fills in by itself where nothing else is wanted."""
    usual = TimeSeries(origin=None)
    scale: Json = {"type": "linear"}
    if look.axis_scale.startswith("log"):
        scale = {"type": "log", "log": int(look.axis_scale.removeprefix("log"))}
    elif look.axis_scale == "symlog":
        scale = {"type": "symlog", "log": 10}
    found = {
        "point_size": ("pointSize", number(look.point_size)),
        "line_style": (
            "lineStyle",
            {"fill": look.line_style, "dash": _DASHES.get(look.line_style, [])},
        ),
        "fill_below_to": ("fillBelowTo", look.fill_below_to),
        "negative": ("transform", "negative-Y"),
        "axis": ("axisPlacement", look.axis),
        "axis_label": ("axisLabel", look.axis_label),
        "axis_scale": ("scaleDistribution", scale),
        "soft_minimum": ("axisSoftMin", look.soft_minimum),
        "soft_maximum": ("axisSoftMax", look.soft_maximum),
    }
    return {
        key: value
        for name, (key, value) in found.items()
        if getattr(look, name) != getattr(usual, name)
    }
