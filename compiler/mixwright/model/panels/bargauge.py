"""One bar for each series."""

from __future__ import annotations

from typing import ClassVar, Literal

import attrs

from mixwright.model import checked
from mixwright.model.panels.look import Look, calculation, orientation


@attrs.frozen
class BarGauge(Look):
    """Values as bars on one scale."""

    kind: ClassVar[str] = "bargauge"
    asks: ClassVar[Literal["range", "instant", "nothing"]] = "instant"

    display: Literal["basic", "gradient", "lcd"] = checked.choice("basic", "gradient", "lcd")
    orientation: Literal["auto", "horizontal", "vertical"] = orientation("horizontal")
    value: Literal["color", "text", "hidden"] = checked.choice("color", "text", "hidden")
    calculation: str = calculation()
    unfilled: bool = checked.flag(True)
