"""Rows and columns."""

from __future__ import annotations

from typing import ClassVar, Literal

import attrs

from mixwright.model import checked
from mixwright.model.calculations import CALCULATIONS
from mixwright.model.panels.look import Look


@attrs.frozen
class Table(Look):
    """One row for each thing; without transformations, one column for each query.

    `cell` is how values are drawn: `"auto"` draws bars where the panel has minimum and maximum, and
    colours text where it has thresholds. `footer` are calculations over each column.
    """

    kind: ClassVar[str] = "table"
    asks: ClassVar[Literal["range", "instant", "nothing"]] = "instant"
    height: ClassVar[int] = 9
    columns: ClassVar[int] = 24

    cell: Literal["auto", "plain", "color-text", "color-background", "gauge"] = checked.choice(
        "auto", "plain", "color-text", "color-background", "gauge", each=True
    )
    align: Literal["auto", "left", "center", "right"] = checked.choice(
        "auto", "left", "center", "right", each=True
    )
    width: float | None = checked.number(low=1, each=True)
    hidden: bool = checked.flag(each=True)
    filterable: bool = checked.flag(True, each=True)
    wrap: bool = checked.flag(each=True)
    header: bool = checked.flag(True)
    rows: Literal["sm", "md", "lg"] = checked.choice("sm", "md", "lg")
    sort: str = checked.text()
    descending: bool = checked.flag()
    pages: bool = checked.flag()
    footer: tuple[str, ...] = checked.texts(among=CALCULATIONS, each=True)
