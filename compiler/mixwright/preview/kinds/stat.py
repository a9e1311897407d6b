"""The last value of each series as a big number over a sparkline."""

from __future__ import annotations

from typing import Any

import numpy as np

from mixwright.frame import Values
from mixwright.preview.series import most_recent, numbers
from mixwright.preview.view import View

_SPARKS = 80


def draw(view: View) -> dict[str, Any]:
    """Return each number's text, state, sparkline and drill-downs."""
    items = [
        {
            "name": one.name,
            "value": view.shown(value),
            "spark": numbers(_thinned(one.values)),
            "links": view.link(one.labels),
        }
        for one, value in most_recent(view.series)
    ]
    return view.cut({"items": items, "several": len(items) > 1}) if items else {}


def _thinned(values: Values) -> Values:
    """Keep at most `_SPARKS` values, the last among them."""
    if len(values) <= _SPARKS:
        return values if len(values) > 1 else values[:0]
    thinned: Values = values[np.linspace(0, len(values) - 1, _SPARKS).round().astype(int)]
    return thinned
