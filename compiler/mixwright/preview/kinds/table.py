"""One line for each label set: its labels, then the last value of each query."""

from __future__ import annotations

from typing import Any

import numpy as np

from mixwright.preview.series import Series, by_labels, most_recent
from mixwright.preview.view import View
from mixwright.values import METRIC_NAME, Labels

_MOST_ROWS = 200


def draw(view: View) -> dict[str, Any]:
    """Return the columns, and cells that sort by value; lines of several queries are joined by their labels."""
    values: dict[Labels, dict[int, float]] = {}
    for one, value in most_recent([s for s in view.all_series if _is_current(s)]):
        values.setdefault(one.labels.drop((METRIC_NAME,)), {})[one.query] = value
    if not values:
        return {}
    names = sorted({name for labels in values for name in labels})
    queries = view.panel.show
    headings = [
        query.legend or ("Value" if len(queries) == 1 else f"Value {n + 1}")
        for n, query in enumerate(queries)
    ]
    rows = [
        {
            "labels": [labels.get(name, "") for name in names],
            "values": [
                {**view.shown(row[n]), "number": _number(row[n])} if n in row else {"text": ""}
                for n in range(len(queries))
            ],
            "links": view.link(labels),
        }
        for labels, row in sorted(values.items(), key=lambda item: by_labels(item[0]))[:_MOST_ROWS]
    ]
    drawing = {"labels": names, "headings": headings, "rows": rows, "about": _about(view, names)}
    return {**drawing, "leftOut": len(values) - _MOST_ROWS} if len(values) > _MOST_ROWS else drawing


def _about(view: View, names: list[str]) -> int:
    """Return the number of the label column that carries the drill-down: the label it passes on."""
    passed = [
        name for link in view.panel.links for name, origin in link.variables if origin == "label"
    ]
    return next((names.index(name) for name in passed if name in names), 0)


def _is_current(series: Series) -> bool:
    """Tell whether a series still has a value in the end: a table shows an instant."""
    return not np.isnan(series.values[-1])


def _number(value: float) -> float | None:
    return value if np.isfinite(value) else None
