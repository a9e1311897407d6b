"""States over time, one track for each series."""

from __future__ import annotations

from typing import ClassVar, Literal

import attrs

from mixwright.model import checked
from mixwright.model.panels.look import Legended


@attrs.frozen
class StateTimeline(Legended):
    """When each thing was in which state; equal neighbours are one span unless `merge` is off."""

    kind: ClassVar[str] = "state-timeline"

    merge: bool = checked.flag(True)
    show_values: Literal["auto", "always", "never"] = checked.choice("auto", "always", "never")
    align: Literal["left", "center", "right"] = checked.choice("left", "center", "right")
    row_height: float = checked.number(0.9, low=0.05, high=1)
    fill: int = checked.number(80, low=0, high=100, each=True)
    line_width: float = checked.number(0, low=0, high=10, each=True)
