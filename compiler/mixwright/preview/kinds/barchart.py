"""One group of bars for each row of a table, one bar in it for each number."""

from __future__ import annotations

from typing import Any

import numpy as np

from mixwright.preview.overrides import overridden
from mixwright.preview.series import numbers
from mixwright.preview.transform import display_name
from mixwright.preview.view import MOST_SERIES, View


def draw(view: View) -> dict[str, Any]:
    """Return the names of the groups, and for each column of numbers its name and values."""
    frame = view.tables[0] if view.tables else None
    if frame is None or not len(frame):
        return {}
    wanted = getattr(view.panel.look, "x", "")
    names = {display_name(field, frame, view.tables): field for field in frame.fields}
    texts = [field for field in frame.fields if field.type in ("string", "time")]
    across = names.get(wanted) or next(iter(texts), None)
    groups = [str(value) for value in across.values] if across is not None else [""] * len(frame)
    bars = []
    for field in frame.fields:
        if field.type != "number":
            continue
        name, panel = overridden(
            view.panel, display_name(field, frame, view.tables), "number", frame.query
        )
        values = [float("nan") if value is None else float(value) for value in field.values]
        bars.append(
            {
                "name": name,
                "values": numbers(np.array(values[:MOST_SERIES])),
                "color": panel.color or None,
                "unit": panel.unit,
                "decimals": panel.decimals,
            }
        )
    drawing: dict[str, Any] = {"groups": groups[:MOST_SERIES], "bars": bars}
    left_out = len(groups) - MOST_SERIES
    return {**drawing, "leftOut": left_out} if left_out > 0 else drawing if bars else {}
