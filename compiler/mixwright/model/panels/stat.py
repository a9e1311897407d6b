"""One big number for each series."""

from __future__ import annotations

from typing import ClassVar, Literal

import attrs

from mixwright.model import checked
from mixwright.model.panels.look import Look, calculation, orientation


@attrs.frozen
class Stat(Look):
    """A number over a sparkline; `"auto"` colours the value where the panel has thresholds."""

    kind: ClassVar[str] = "stat"
    height: ClassVar[int] = 4
    columns: ClassVar[int] = 4
    narrow: ClassVar[bool] = True

    colored: Literal["auto", "value", "background", "background_solid", "none"] = checked.choice(
        "auto", "value", "background", "background_solid", "none"
    )
    graph: Literal["auto", "area", "none"] = checked.choice("auto", "area", "none")
    text: Literal["auto", "value", "value_and_name", "name", "none"] = checked.choice(
        "auto", "value", "value_and_name", "name", "none"
    )
    justify: Literal["auto", "center"] = checked.choice("auto", "center")
    orientation: Literal["auto", "horizontal", "vertical"] = orientation("auto")
    calculation: str = calculation()
    percent_change: bool = checked.flag()
