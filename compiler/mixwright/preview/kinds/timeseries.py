"""Lines over time, with thresholds and alerts behind them."""

from __future__ import annotations

from typing import Any

from mixwright.preview.series import Series, numbers, shown
from mixwright.preview.transform.calculations import calculated, title
from mixwright.preview.transform.frame import Field
from mixwright.preview.view import View


def draw(view: View) -> dict[str, Any]:
    """Return each line's name, values, drill-downs, and what is drawn otherwise for it."""
    calculations = getattr(view.panel.look, "legend_calculations", ())
    series = [
        {
            "name": one.name,
            "values": numbers(one.values),
            "links": view.links(one),
            **view.settings(one),
            **({"calculations": _calculated(view, one, calculations)} if calculations else {}),
        }
        for one in view.series
    ]
    drawing: dict[str, Any] = {"series": series}
    if calculations:
        drawing["calculations"] = [title(calculation) for calculation in calculations]
    return view.cut(drawing) if series else {}


def _calculated(view: View, one: Series, calculations: tuple[str, ...]) -> list[str]:
    """Return the texts beside a series in the legend."""
    field = Field("", "number", [float(value) for value in one.values if value == value])
    texts = []
    for calculation in calculations:
        value = calculated(field, calculation)
        number = float(value) if isinstance(value, int | float) else None
        parts = shown(number, one.panel or view.panel, view.now)
        texts.append(f"{parts.get('prefix', '')}{parts['text']}{parts.get('suffix', '')}")
    return texts
