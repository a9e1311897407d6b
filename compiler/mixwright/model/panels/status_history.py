"""States at regular times, one box for each."""

from __future__ import annotations

from typing import ClassVar, Literal

import attrs

from mixwright.model import checked
from mixwright.model.panels.look import Legended


@attrs.frozen
class StatusHistory(Legended):
    """What was seen each time that was looked, as a grid: things downwards, time to the right."""

    kind: ClassVar[str] = "status-history"

    show_values: Literal["auto", "always", "never"] = checked.choice("auto", "always", "never")
    row_height: float = checked.number(0.9, low=0.05, high=1)
    column_width: float = checked.number(0.9, low=0.05, high=1)
    fill: int = checked.number(80, low=0, high=100, each=True)
    line_width: float = checked.number(0, low=0, high=10, each=True)
