"""Bars beside each other, one group for each thing."""

from __future__ import annotations

from typing import ClassVar, Literal

import attrs

from mixwright.model import checked
from mixwright.model.panels.look import Legended, orientation, tooltip


@attrs.frozen
class BarChart(Legended):
    """One group of bars for each row of a table, one bar in it for each number; `x` is the column with the names.

    Without transformations the rows are the series of the queries, and each query gives one bar.
    """

    kind: ClassVar[str] = "barchart"
    asks: ClassVar[Literal["range", "instant", "nothing"]] = "instant"

    x: str = checked.text()
    orientation: Literal["auto", "horizontal", "vertical"] = orientation("auto")
    stack: bool | Literal["percent"] = checked.choice(False, True, "percent")
    show_values: Literal["auto", "always", "never"] = checked.choice("auto", "always", "never")
    group_width: float = checked.number(0.7, low=0, high=1)
    bar_width: float = checked.number(0.97, low=0, high=1)
    label_rotation: int = checked.number(0, low=-90, high=90, whole=True)
    fill: int = checked.number(80, low=0, high=100, each=True)
    line_width: float = checked.number(1, low=0, high=10, each=True)
    tooltip: Literal["multi", "single", "none"] = tooltip()
