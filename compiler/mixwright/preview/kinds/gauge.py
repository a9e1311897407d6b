"""The last value of each series on an arc with coloured bands."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from mixwright.preview.series import bounds, fraction
from mixwright.preview.states import value_state
from mixwright.preview.view import View


def draw(view: View) -> dict[str, Any]:
    """Return each needle's text, place and state, and the bands of the scale."""
    panel = view.panel
    recent = view.reduced()
    if not recent:
        return {}
    low, high = bounds(panel, [value for _, value in recent])
    items = [
        {
            "name": one.name,
            "value": view.shown(value, one),
            "fraction": fraction(value, low, high),
            "links": view.links(one),
        }
        for one, value in recent
    ]
    steps = panel.steps.colours if panel.steps is not None else ()
    scale = (high - low) / 100 if panel.steps is not None and panel.steps.percentage else 1
    cuts = [low + step * scale if scale != 1 else step for step in steps]
    lines = [line.value for line in panel.thresholds]
    edges = sorted({low, high, *(cut for cut in (*lines, *cuts) if low < cut < high)})
    bands = [
        {
            "from": fraction(left, low, high),
            "to": fraction(right, low, high),
            "state": value_state((left + right) / 2, panel),
        }
        for left, right in pairwise(edges)
    ]
    graded = panel.thresholds or panel.steps
    return view.cut({"items": items, "bands": bands if graded else [], "several": len(items) > 1})
