"""Rows and columns."""

from __future__ import annotations

from mixwright.backends.grafana.panels.shown import Json, Shown
from mixwright.model import Panel
from mixwright.model.panels.table import Table

_CELLS: dict[str, Json] = {
    "color-text": {"type": "color-text"},
    "color-background": {"type": "color-background", "mode": "basic"},
    "gauge": {"type": "gauge", "mode": "basic", "valueDisplayMode": "text"},
}


def shown(panel: Panel) -> Shown:
    """Return a table; how numbers are drawn when nobody said is an override for them alone."""
    look = panel.look
    assert isinstance(look, Table)
    custom: Json = {
        "align": look.align,
        "cellOptions": cell(look.cell),
        "filterable": look.filterable,
        "inspect": False,
    }
    if look.width is not None:
        custom["width"] = look.width
    if look.hidden:
        custom["hideFrom"] = {"viz": True, "legend": False, "tooltip": False}
    if look.wrap:
        custom["wrapText"] = True
    if look.footer:
        custom["footer"] = {"reducers": list(look.footer)}
    options: Json = {"cellHeight": look.rows, "frameIndex": 0, "showHeader": look.header}
    if look.pages:
        options["enablePagination"] = True
    if look.sort:
        options["sortBy"] = [{"displayName": look.sort, "desc": look.descending}]
    return Shown(options, custom)


def cell(kind: str) -> Json:
    """Return how the values of a field are drawn."""
    return _CELLS.get(kind, {"type": "auto"})
