"""States at regular times: one row of boxes for each series."""

from __future__ import annotations

from typing import Any

import numpy as np

from mixwright.frame import Values
from mixwright.preview.view import View

_MOST_BOXES = 60
_MOST_STATES = 20


def draw(view: View) -> dict[str, Any]:
    """Return the rows, whose boxes are numbers of states or null, and the states."""
    series = view.series
    if not series:
        return {}
    rows = [(one, _sampled(one.values)) for one in series]
    found = sorted({float(value) for _, values in rows for value in values if value == value})
    numbers = {value: min(n, _MOST_STATES - 1) for n, value in enumerate(found)}
    states = [view.shown(value) for value in found[:_MOST_STATES]]
    if len(found) > _MOST_STATES:
        states[-1] = {"text": "other"}
    tracks = [
        {
            "name": one.name,
            "boxes": [numbers[float(value)] if value == value else None for value in values],
            "links": view.links(one),
        }
        for one, values in rows
    ]
    return view.cut({"tracks": tracks, "states": states})


def _sampled(values: Values) -> Values:
    """Keep as many values as there is room for boxes, the last of each stretch."""
    if len(values) <= _MOST_BOXES:
        return values
    places = np.linspace(0, len(values) - 1, _MOST_BOXES).round().astype(int)
    sampled: Values = values[places]
    return sampled
