"""Places: panels flow through Grafana's 24 columns, row by row, and get their ids.

Requires: all panels in rows.
Ensures: every panel and every titled row has `id` and `grid`; nothing overlaps or leaves the columns.
"""

from __future__ import annotations

import attrs

from mixwright.model import Dashboard, Grid, Mixin, Panel, Row
from mixwright.passes.dashboards import each_dashboard

COLUMNS = 24
_HEIGHT = {"stat": 4, "gauge": 6, "text": 4, "bargauge": 8, "table": 9, "heatmap": 9}
_NARROW = frozenset({"stat", "gauge"})


def layout(mixin: Mixin) -> Mixin:
    """Lay out every dashboard."""
    return each_dashboard(mixin, _lay_out)


def _lay_out(dashboard: Dashboard, _parent: Dashboard | None) -> Dashboard:
    number, top = 0, 0
    rows: list[Row] = []
    for row in dashboard.rows:
        grid: Grid | None = None
        number += 1
        row_id = number
        if row.title:
            grid = Grid(0, top, COLUMNS, 1)
            top += 1
        panels: list[Panel] = []
        for panel, place in zip(row.panels, _flow(row.panels, top), strict=True):
            number += 1
            panels.append(attrs.evolve(panel, id=number, grid=place))
        if not (row.collapsed and row.title):
            top = max((p.grid.y + p.grid.h for p in panels if p.grid is not None), default=top)
        rows.append(
            attrs.evolve(row, id=row_id if row.title else None, grid=grid, panels=tuple(panels))
        )
    return attrs.evolve(dashboard, rows=tuple(rows))


def _flow(panels: tuple[Panel, ...], top: int) -> list[Grid]:
    """Place panels left to right; one line is as high as its highest panel."""
    places: list[Grid] = []
    for line in _lines(panels):
        height = max(panel.height or _HEIGHT.get(panel.kind, 8) for panel, _ in line)
        left = 0
        for _, width in line:
            places.append(Grid(left, top, width, height))
            left += width
        top += height
    return places


def _lines(panels: tuple[Panel, ...]) -> list[list[tuple[Panel, int]]]:
    """Break panels into lines of 24 columns; those that leave the width open share what is left."""
    lines: list[list[tuple[Panel, int]]] = []
    line: list[Panel] = []
    for panel in (*panels, None):
        full = panel is not None and sum(map(_least, (*line, panel))) > COLUMNS
        if line and (panel is None or full):
            lines.append(_fill(line))
            line = []
        if panel is not None:
            line.append(panel)
    return lines


def _least(panel: Panel) -> int:
    if panel.width is not None:
        return panel.width
    return 4 if panel.kind in _NARROW else COLUMNS if panel.kind == "table" else 8


def _fill(line: list[Panel]) -> list[tuple[Panel, int]]:
    """Share the columns of a line: given widths stay, narrow panels take 4, the others the rest."""
    open_panels = [p for p in line if p.width is None and p.kind not in _NARROW]
    if not open_panels:
        open_panels = [p for p in line if p.width is None]
    fixed = sum(_least(p) for p in line if not any(p is other for other in open_panels))
    share, rest = divmod(COLUMNS - fixed, len(open_panels)) if open_panels else (0, 0)
    filled: list[tuple[Panel, int]] = []
    for panel in line:
        if any(panel is other for other in open_panels):
            filled.append((panel, share + (1 if rest > 0 else 0)))
            rest -= 1
        else:
            filled.append((panel, _least(panel)))
    return filled
