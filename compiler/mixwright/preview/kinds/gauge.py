"""The last value of each series on an arc with coloured bands."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from mixwright.preview.series import bounds, fraction, most_recent
from mixwright.preview.states import state
from mixwright.preview.view import View


def draw(view: View) -> dict[str, Any]:
    """Return each needle's text, place and state, and the bands of the scale."""
    recent = list(most_recent(view.series))
    if not recent:
        return {}
    low, high = bounds(view.panel, [value for _, value in recent])
    items = [
        {
            "name": one.name,
            "value": view.shown(value),
            "fraction": fraction(value, low, high),
            "links": view.link(one.labels),
        }
        for one, value in recent
    ]
    edges = sorted({low, high, *(t.value for t in view.panel.thresholds if low < t.value < high)})
    bands = [
        {
            "from": fraction(left, low, high),
            "to": fraction(right, low, high),
            "state": state((left + right) / 2, view.panel.thresholds),
        }
        for left, right in pairwise(edges)
    ]
    bands = bands if view.panel.thresholds else []
    return view.cut({"items": items, "bands": bands, "several": len(items) > 1})
