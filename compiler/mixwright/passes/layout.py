"""Places: panels flow through Grafana's 24 columns, row by row, and get their ids.

Requires: all panels in rows.
Ensures: every panel and every titled row has `id` and `grid`; nothing overlaps or leaves the columns.
"""

from __future__ import annotations

import attrs

from mixwright.errors import DefinitionError
from mixwright.model import Dashboard, Grid, Mixin, Panel, Row
from mixwright.passes.dashboards import each_dashboard

COLUMNS = 24
_SIGNALS = 4
"""So many panels are compared side by side, as the four golden signals are."""


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
    """Place panels left to right; one line is as high as its highest panel.

    Pinned panels stay where they are; no line of others comes in their way.
    """
    pinned = _pinned(panels, top)
    places = dict(pinned)
    numbers = {id(panel): number for number, panel in enumerate(panels)}
    for line in _lines(tuple(panel for n, panel in enumerate(panels) if n not in pinned)):
        height = max(panel.height or panel.look.height for panel, _ in line)
        while any(top < p.y + p.h and p.y < top + height for p in pinned.values()):
            top += 1
        left = 0
        for panel, width in line:
            places[numbers[id(panel)]] = Grid(left, top, width, height)
            left += width
        top += height
    return [places[number] for number in range(len(panels))]


def _pinned(panels: tuple[Panel, ...], top: int) -> dict[int, Grid]:
    """Return the places of pinned panels by number; two of them cannot have the same."""
    found: dict[int, Grid] = {}
    for number, panel in enumerate(panels):
        if panel.grid is None:
            continue
        place = attrs.evolve(panel.grid, y=panel.grid.y + top)
        for other, taken in found.items():
            beside = place.x >= taken.x + taken.w or taken.x >= place.x + place.w
            if not beside and place.y < taken.y + taken.h and taken.y < place.y + place.h:
                raise DefinitionError(
                    f"panel `{panel.title}` is pinned onto panel `{panels[other].title}`; "
                    "move one, or leave its place to the layout",
                    panel.origin,
                )
        found[number] = place
    return found


def _lines(panels: tuple[Panel, ...]) -> list[list[tuple[Panel, int]]]:
    """Break panels into lines of 24 columns; those that leave the width open share what is left.

    A repeated panel has a line of its own, which Grafana fills with as many as fit.
    """
    if all(_is_chart(panel) for panel in panels):
        return [_fill(line) for line in _evenly(panels)]
    lines: list[list[tuple[Panel, int]]] = []
    line: list[Panel] = []
    for panel in (*panels, None):
        alone = any(one.repeat for one in (*line, panel) if one is not None)
        full = panel is not None and sum(map(_least, (*line, panel))) > COLUMNS
        if line and (panel is None or full or alone):
            lines.append(_fill(line))
            line = []
        if panel is not None:
            line.append(panel)
    return lines


def _is_chart(panel: Panel) -> bool:
    """Tell whether several panels like this one share a line, which may be wider or narrower."""
    open_width = panel.width is None and not panel.repeat
    return open_width and not panel.look.narrow and panel.look.columns < COLUMNS


def _evenly(panels: tuple[Panel, ...]) -> list[list[Panel]]:
    """Divide panels among as few lines as they need, the first ones longer by one where it does not come out."""
    needed = -(-sum(map(_least, panels)) // COLUMNS)
    if len(panels) == _SIGNALS:
        needed = 1
    size, longer = divmod(len(panels), needed or 1)
    lines, at = [], 0
    for number in range(needed):
        end = at + size + (number < longer)
        lines.append(list(panels[at:end]))
        at = end
    return lines


def _least(panel: Panel) -> int:
    if panel.repeat and not panel.repeat_down:
        return COLUMNS
    if panel.width is not None:
        return panel.width
    return panel.look.columns


def _fill(line: list[Panel]) -> list[tuple[Panel, int]]:
    """Share the columns of a line: given widths stay, narrow panels take 4, the others the rest."""
    loose = [p for p in line if p.width is None and not p.repeat]
    open_panels = [p for p in loose if not p.look.narrow] or loose
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
