"""Parts of a whole."""

from __future__ import annotations

from typing import ClassVar, Literal

import attrs

from mixwright.model import checked
from mixwright.model.panels.look import Legended, calculation, tooltip


@attrs.frozen
class PieChart(Legended):
    """Shares as slices, the largest first; `labels` are written on them, `legend_values` beside their names."""

    kind: ClassVar[str] = "piechart"
    asks: ClassVar[Literal["range", "instant", "nothing"]] = "instant"

    shape: Literal["pie", "donut"] = checked.choice("pie", "donut")
    labels: tuple[str, ...] = checked.texts(among=("name", "value", "percent"))
    legend_values: tuple[str, ...] = checked.texts(among=("value", "percent"))
    sort: Literal["desc", "asc", "none"] = checked.choice("desc", "asc", "none")
    calculation: str = calculation()
    tooltip: Literal["multi", "single", "none"] = tooltip()
