"""The last value of each series as a bar."""

from __future__ import annotations

from typing import Any

from mixwright.preview.series import bounds, fraction
from mixwright.preview.view import View


def draw(view: View) -> dict[str, Any]:
    """Return each bar's name, text, length and state."""
    recent = view.reduced()
    low, high = bounds(view.panel, [value for _, value in recent])
    items = [
        {
            "name": one.name,
            "value": view.shown(value, one),
            "fraction": fraction(value, low, high),
            "links": view.links(one),
        }
        for one, value in recent
    ]
    return view.cut({"items": items}) if items else {}
