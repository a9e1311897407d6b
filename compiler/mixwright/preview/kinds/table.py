"""One line for each label set: its labels, then the last value of each query."""

from __future__ import annotations

from typing import Any

import numpy as np

from mixwright.model import Panel
from mixwright.preview.series import Series, by_labels, fraction, most_recent
from mixwright.preview.view import View
from mixwright.promql import Selector, walk
from mixwright.values import METRIC_NAME, Labels, MatchOp

_MOST_ROWS = 200


def draw(view: View) -> dict[str, Any]:
    """Return the columns, and cells that sort by value; lines of several queries are joined by their labels."""
    values: dict[Labels, dict[int, float]] = {}
    for one, value in most_recent([s for s in view.all_series if _is_current(s)]):
        values.setdefault(one.labels.drop((METRIC_NAME,)), {})[one.query] = value
    if not values:
        return {}
    linked = _linked(view.panel)
    fixed = _fixed(view.panel) - set(linked)
    names = sorted(
        {name for labels in values for name in labels if name not in fixed},
        key=lambda name: (linked.index(name) if name in linked else len(linked), name),
    )
    queries = view.panel.show
    rows = [
        {
            "labels": [labels.get(name, "") for name in names],
            "values": [
                _cell(view, row[n]) if n in row else {"text": ""} for n in range(len(queries))
            ],
            "links": view.link(labels),
        }
        for labels, row in sorted(values.items(), key=lambda item: by_labels(item[0]))[:_MOST_ROWS]
    ]
    drawing = {"labels": names, "headings": _headings(view.panel), "rows": rows}
    return {**drawing, "leftOut": len(values) - _MOST_ROWS} if len(values) > _MOST_ROWS else drawing


def _headings(panel: Panel) -> list[str]:
    """Return the titles of the columns of values."""
    if len(panel.show) == 1:
        return [panel.show[0].legend or panel.legend or panel.title]
    return [query.legend or f"Value {number + 1}" for number, query in enumerate(panel.show)]


def _linked(panel: Panel) -> list[str]:
    """Return the labels that drill-downs pass on: they come first and carry the link."""
    passed = (o.source for link in panel.links for o in link.variables if o.origin == "label")
    return list(dict.fromkeys(passed))


def _fixed(panel: Panel) -> set[str]:
    """Return the labels that every selector fixes: they would say the same in every line."""
    by_selector = [
        {
            (matcher.name, matcher.value)
            for matcher in selector.matchers
            if matcher.op is MatchOp.EQUAL
        }
        for query in panel.show
        for selector in walk(query.expr, Selector)
    ]
    return {name for name, _ in set.intersection(*by_selector)} if by_selector else set()


def _cell(view: View, value: float) -> dict[str, Any]:
    """Return a number's text and place in the order, and a bar where the panel says how long it can be."""
    panel = view.panel
    cell = {**view.shown(value), "number": value if np.isfinite(value) else None}
    if panel.minimum is not None and panel.maximum is not None:
        cell["fraction"] = fraction(value, panel.minimum, panel.maximum)
    return cell


def _is_current(series: Series) -> bool:
    """Tell whether a series still has a value in the end: a table shows an instant."""
    return not np.isnan(series.values[-1])
