"""The last value of each series as a slice of a whole."""

from __future__ import annotations

import math
from typing import Any

from mixwright.preview.units import formatted
from mixwright.preview.view import View


def draw(view: View) -> dict[str, Any]:
    """Return each slice's name, text, share and drill-downs, in the order in which they are drawn."""
    found = [(one, value) for one, value in view.reduced() if 0 < value < math.inf]
    total = sum(value for _, value in found)
    if not 0 < total < math.inf:
        return {}
    order = getattr(view.panel.look, "sort", "desc")
    numbered = list(enumerate(found))
    if order != "none":
        numbered.sort(key=lambda pair: pair[1][1], reverse=order == "desc")
    items = [
        {
            "name": one.name,
            "number": number,
            "value": view.shown(value, one),
            "share": round(value / total, 6),
            "percent": str(formatted(100 * value / total, "percent", 0)),
            "links": view.links(one),
            **view.settings(one),
        }
        for number, (one, value) in numbered
    ]
    return view.cut({"items": items})
