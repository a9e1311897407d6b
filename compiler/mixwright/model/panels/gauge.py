"""A number on an arc."""

from __future__ import annotations

from typing import ClassVar, Literal

import attrs

from mixwright.model import checked
from mixwright.model.panels.look import Look, calculation, orientation


@attrs.frozen
class Gauge(Look):
    """Values on a scale from minimum to maximum, half a circle or a whole one."""

    kind: ClassVar[str] = "gauge"
    asks: ClassVar[Literal["range", "instant", "nothing"]] = "instant"
    height: ClassVar[int] = 6
    columns: ClassVar[int] = 4
    narrow: ClassVar[bool] = True

    shape: Literal["gauge", "circle"] = checked.choice("gauge", "circle")
    orientation: Literal["auto", "horizontal", "vertical"] = orientation("auto")
    calculation: str = calculation()
    threshold_labels: bool = checked.flag()
    threshold_markers: bool = checked.flag(True)
