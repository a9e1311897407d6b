"""Panels and rows that are there once for each value of a variable."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

import attrs

from mixwright.model import Dashboard, Grid, Panel, Row
from mixwright.preview.choices import Choices

Repeats: TypeAlias = Mapping[int, tuple[str, str]]
"""Variable and value of each repeated panel, by its number."""

_MOST: Final = 12


def repeated(dashboard: Dashboard, choices: Choices) -> tuple[Dashboard, Repeats]:
    """Return a dashboard with a copy of each repeated panel and row for each value, and which is for which."""
    numbers = _numbers(dashboard)
    found: dict[int, tuple[str, str]] = {}
    rows: list[Row] = []
    for row in dashboard.rows:
        values = choices.values(row.repeat)[:_MOST] if row.repeat else ()
        if not values:
            rows.append(_with_panels(row, choices, numbers, found))
        for value in values:
            panels = []
            for panel in row.panels:
                copy = _for(panel, row.repeat, value, numbers)
                found[copy.id or 0] = row.repeat, value
                panels.append(copy)
            rows.append(
                attrs.evolve(row, title=_named(row.title, row.repeat, value), panels=tuple(panels))
            )
    return attrs.evolve(dashboard, rows=tuple(rows)), found


def _numbers(dashboard: Dashboard) -> Iterator[int]:
    """Yield numbers that no panel has."""
    number = max((panel.id or 0 for panel in dashboard.all_panels()), default=0)
    while True:
        number += 1
        yield number


def _with_panels(
    row: Row, choices: Choices, numbers: Iterator[int], found: dict[int, tuple[str, str]]
) -> Row:
    """Return a row with its repeated panels copied; what stands below makes room."""
    panels: list[Panel] = []
    down = 0
    for panel in row.panels:
        values = choices.values(panel.repeat)[:_MOST] if panel.repeat else ()
        grid = panel.grid
        if grid is None:
            continue
        grid = attrs.evolve(grid, y=grid.y + down)
        if not values:
            panels.append(attrs.evolve(panel, grid=grid))
            continue
        width = grid.w if panel.repeat_down else panel.width or panel.look.columns
        across = 1 if panel.repeat_down else max(1, min(24 // width, len(values)))
        width = grid.w if panel.repeat_down else 24 // across
        for place, value in enumerate(values):
            line, column = divmod(place, across)
            copy = _for(panel, panel.repeat, value, numbers)
            found[copy.id or 0] = panel.repeat, value
            spot = Grid(grid.x + column * width, grid.y + line * grid.h, width, grid.h)
            panels.append(attrs.evolve(copy, grid=spot))
        down += (-(-len(values) // across) - 1) * grid.h
    return attrs.evolve(row, panels=tuple(panels))


def _for(panel: Panel, variable: str, value: str, numbers: Iterator[int]) -> Panel:
    return attrs.evolve(
        panel, id=next(numbers), repeat="", title=_named(panel.title, variable, value)
    )


def _named(title: str, variable: str, value: str) -> str:
    """Return a title with the value in place of the variable."""
    return re.sub(rf"\$(?:{variable}\b|\{{{variable}(?::\w+)?\}})", lambda _: value, title)
