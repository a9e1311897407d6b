"""Lines over time, with thresholds and alerts behind them."""

from __future__ import annotations

from typing import Any

from mixwright.preview.series import numbers
from mixwright.preview.view import View


def draw(view: View) -> dict[str, Any]:
    """Return each line's name, values and drill-downs."""
    series = [
        {"name": one.name, "values": numbers(one.values), "links": view.link(one.labels)}
        for one in view.series
    ]
    return view.cut({"series": series}) if series else {}
