"""Rows and columns: what the transformations made of the queries' last values."""

from __future__ import annotations

from typing import Any

import numpy as np

from mixwright.model import Panel
from mixwright.passes.tabulate import linked
from mixwright.preview import moments
from mixwright.preview.addresses import addresses
from mixwright.preview.overrides import overridden
from mixwright.preview.series import fraction, shown
from mixwright.preview.transform import Field, display_name
from mixwright.preview.transform.calculations import calculated, title
from mixwright.preview.view import View
from mixwright.values import Labels

_MOST_ROWS = 200


def draw(view: View) -> dict[str, Any]:
    """Return the columns, and cells that sort by value; the cells of linked labels carry the drill-downs."""
    if not view.tables:
        return {}
    frame = view.tables[0]
    ways = linked(view.panel)
    columns: list[dict[str, Any]] = []
    cells: list[list[dict[str, Any]]] = []
    for field in frame.fields:
        name = display_name(field, frame, view.tables)
        heading, panel = overridden(view.panel, name, field.type, frame.query)
        if getattr(panel.look, "hidden", False):
            continue
        texts = [_cell(value, field, panel, view.now) for value in field.values[:_MOST_ROWS]]
        for row, cell in enumerate(texts if panel.data_links else ()):
            labels = _labels(frame.fields, row)
            cell["links"] = addresses(panel.data_links, labels, heading, view.pages)
        cells.append(texts)
        columns.append(
            {
                "name": heading,
                "number": field.type == "number",
                "linked": field.name in ways,
                "align": getattr(panel.look, "align", "auto"),
                "width": getattr(panel.look, "width", None),
                "cell": _kind(panel),
                "footer": _footer(field, panel, view.now),
            }
        )
    if not columns or not len(frame):
        return {}
    count = min(len(frame), _MOST_ROWS)
    rows = [
        {"cells": [column[row] for column in cells], "links": view.link(_labels(frame.fields, row))}
        for row in range(count)
    ]
    drawing: dict[str, Any] = {"columns": columns, "rows": rows}
    return {**drawing, "leftOut": len(frame) - count} if len(frame) > count else drawing


def _labels(fields: tuple[Field, ...], row: int) -> Labels:
    """Return the texts of a row by the names that links know them by."""
    texts = {field.name: field.values[row] for field in fields if field.type == "string"}
    return Labels({name: value for name, value in texts.items() if value})


def _cell(value: Any, field: Field, panel: Panel, now: int) -> dict[str, Any]:
    """Return a value's text and place in the order, and a bar where the panel says how long it can be."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        text = "" if value is None else str(value)
        mapped = next((m for m in panel.mappings if getattr(m, "value", None) == value), None)
        return {"text": mapped.text, "state": mapped.color or None} if mapped else {"text": text}
    if field.type == "time":
        return {"text": moments.date(value, "dateTimeAsIso", now), "number": value}
    cell = {**shown(value, panel, now), "number": value if np.isfinite(value) else None}
    if panel.minimum is not None and panel.maximum is not None:
        cell["fraction"] = fraction(value, panel.minimum, panel.maximum)
    return cell


def _kind(panel: Panel) -> str:
    """Return how numbers are drawn: bars where their length is known, in colour where they can be bad."""
    chosen = str(getattr(panel.look, "cell", "auto"))
    if chosen != "auto":
        return chosen
    if panel.minimum is not None and panel.maximum is not None:
        return "gauge"
    return "color-text" if panel.thresholds or panel.steps else "plain"


def _footer(field: Field, panel: Panel, now: int) -> list[str]:
    if field.type != "number":
        return []
    texts = []
    for calculation in getattr(panel.look, "footer", ()):
        value = calculated(field, calculation)
        number = float(value) if isinstance(value, int | float) else None
        parts = shown(number, panel, now)
        texts.append(f"{title(calculation)}: {parts['text']}{parts.get('suffix', '')}")
    return texts
