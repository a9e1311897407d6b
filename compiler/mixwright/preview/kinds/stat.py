"""One value of each series as a big number over a sparkline."""

from __future__ import annotations

from typing import Any

import numpy as np

from mixwright.frame import Values
from mixwright.preview.series import Series, numbers
from mixwright.preview.units import formatted
from mixwright.preview.view import View

_SPARKS = 80


def draw(view: View) -> dict[str, Any]:
    """Return each number's text, state, sparkline, change and drill-downs."""
    items = [
        {
            "name": one.name,
            "value": view.shown(value, one),
            "spark": numbers(_thinned(one.values)),
            "change": _change(one) if getattr(view.panel.look, "percent_change", False) else None,
            "links": view.links(one),
        }
        for one, value in view.reduced()
    ]
    return view.cut({"items": items, "several": len(items) > 1}) if items else {}


def _thinned(values: Values) -> Values:
    """Keep at most `_SPARKS` values, the last among them."""
    if len(values) <= _SPARKS:
        return values if len(values) > 1 else values[:0]
    thinned: Values = values[np.linspace(0, len(values) - 1, _SPARKS).round().astype(int)]
    return thinned


def _change(one: Series) -> str | None:
    """Return by how much the last value differs from the first, in percent of that."""
    known = one.values[~np.isnan(one.values)]
    if len(known) < 2 or not known[0]:
        return None
    return str(formatted(100 * float(known[-1] - known[0]) / float(known[0]), "percent", 1))
