"""What Grafana shows where a panel's JSON says nothing, so that saying it and leaving it out are the same."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from mixwright.backends.grafana.panels import shown
from mixwright.model import Panel
from mixwright.model.panels import kinds
from mixwright.model.panels.text import Text

Json: TypeAlias = dict[str, Any]
Leaves: TypeAlias = dict[str, Any]
"""Values by their place, `options.legend.calcs`; lists and empty objects are values."""

_LEGENDED: Json = {
    "tooltip": {"mode": "single", "sort": "none", "hideZeros": False},
    "legend": {"displayMode": "list", "placement": "bottom", "showLegend": True, "calcs": []},
}
_HIDDEN_FROM = {"legend": False, "tooltip": False, "viz": False}
_AXIS: Json = {
    "axisBorderShow": False,
    "axisCenteredZero": False,
    "axisColorMode": "text",
    "axisLabel": "",
    "axisPlacement": "auto",
    "hideFrom": _HIDDEN_FROM,
    "scaleDistribution": {"type": "linear"},
    "thresholdsStyle": {"mode": "off"},
}
_OTHERWISE: Mapping[str, Json] = {
    "barchart": {"options": _LEGENDED, "custom": _AXIS},
    "bargauge": {"options": {"valueMode": "color", "namePlacement": "auto", "maxVizHeight": 300}},
    "gauge": {"options": {"showThresholdMarkers": True, "showThresholdLabels": False}},
    "histogram": {"options": _LEGENDED},
    "piechart": {
        "options": {**_LEGENDED, "displayLabels": [], "pieType": "pie"},
        "custom": {"hideFrom": _HIDDEN_FROM},
    },
    "stat": {
        "options": {
            "colorMode": "value",
            "graphMode": "area",
            "orientation": "auto",
            "textMode": "auto",
        }
    },
    "state-timeline": {"options": _LEGENDED, "custom": {"hideFrom": _HIDDEN_FROM}},
    "status-history": {"options": _LEGENDED, "custom": {"hideFrom": _HIDDEN_FROM}},
    "table": {
        "custom": {
            "align": "auto",
            "cellOptions": {"type": "auto"},
            "filterable": False,
            "hideFrom": _HIDDEN_FROM,
            "inspect": False,
        }
    },
    "timeseries": {
        "options": _LEGENDED,
        "custom": {
            **_AXIS,
            "barAlignment": 0,
            "barWidthFactor": 0.6,
            "insertNulls": False,
            "lineStyle": {"fill": "solid"},
            "pointSize": 5,
        },
    },
}
"""Where our plain panel is not Grafana's (`defaultOptions`, `defaultFieldConfig` of @grafana/schema 13.2)."""

USUAL_COLOURS = {
    **dict.fromkeys(("timeseries", "barchart", "histogram", "piechart"), "palette-classic"),
    "state-timeline": "continuous-GrYlRd",
}
"""How series are coloured where a panel does not say it; those of other kinds by thresholds."""

USUAL_THRESHOLDS: Json = {
    "mode": "absolute",
    "steps": [{"color": "green", "value": None}, {"color": "red", "value": 80}],
}


@functools.cache
def defaults(kind: str) -> Mapping[str, Any]:
    """Return the leaves of `options` and `custom` that Grafana fills in for a kind of panel."""
    if kind not in kinds() or kind == "raw":
        return {}
    look = Text("…") if kind == "text" else kinds()[kind]()
    question = () if look.asks == "nothing" else "up"
    made = shown(Panel("x", question, kind=look))
    leaves = dict(flattened({"options": made.options, "custom": made.custom}))
    leaves |= dict(flattened(_OTHERWISE.get(kind, {})))
    return leaves


def flattened(value: Json, path: str = "") -> Iterator[tuple[str, Any]]:
    """Yield the leaves of an object with their places, without null and without what is empty."""
    for name, part in value.items():
        here = f"{path}.{name}" if path else name
        if isinstance(part, dict) and part:
            yield from flattened(part, here)
        elif part is not None and part != {}:
            yield here, part


def same(one: Any, other: Any) -> bool:
    """Tell whether two leaves are shown alike: nothing is what is empty."""
    return one == other or (_is_empty(one) and _is_empty(other))


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {} or value is False
