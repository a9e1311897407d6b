"""Lines, bars or points over time."""

from __future__ import annotations

from typing import ClassVar, Literal

import attrs

from mixwright.model import checked
from mixwright.model.panels.look import Legended, tooltip
from mixwright.values import Duration, duration


def _gap(value: bool | str | Duration) -> bool | Duration:
    return duration(value) if isinstance(value, str) else value


@attrs.frozen
class TimeSeries(Legended):
    """Values over time; `stack` adds them up, `"percent"` to a hundred.

    `connect` bridges gaps, all of them or those up to a length such as `"5m"`.
    """

    kind: ClassVar[str] = "timeseries"

    draw: Literal["line", "bars", "points"] = checked.choice("line", "bars", "points", each=True)
    stack: bool | Literal["percent"] = checked.choice(False, True, "percent", each=True)
    stack_group: str = checked.text("A", each=True)
    fill: int | None = checked.number(None, low=0, high=100, each=True)
    fill_below_to: str = checked.text(each=True)
    gradient: Literal["none", "opacity", "hue", "scheme"] = checked.choice(
        "none", "opacity", "hue", "scheme", each=True
    )
    line_width: float = checked.number(1, low=0, high=10, each=True)
    line_style: Literal["solid", "dash", "dot"] = checked.choice("solid", "dash", "dot", each=True)
    interpolation: Literal["linear", "smooth", "stepBefore", "stepAfter"] = checked.choice(
        "linear", "smooth", "stepBefore", "stepAfter", each=True
    )
    points: Literal["auto", "always", "never"] = checked.choice(
        "auto", "always", "never", each=True
    )
    point_size: float = checked.number(5, low=1, high=40, each=True)
    connect: bool | Duration = attrs.field(
        default=False, converter=_gap, kw_only=True, metadata={"each": True}
    )
    negative: bool = checked.flag(each=True)
    """Whether values are drawn downwards, as sent beside received."""
    axis: Literal["auto", "left", "right", "hidden"] = checked.choice(
        "auto", "left", "right", "hidden", each=True
    )
    axis_label: str = checked.text(each=True)
    axis_scale: Literal["linear", "log2", "log10", "symlog"] = checked.choice(
        "linear", "log2", "log10", "symlog", each=True
    )
    soft_minimum: float | None = checked.number(each=True)
    soft_maximum: float | None = checked.number(each=True)
    thresholds: Literal["auto", "off", "line", "dashed", "area", "line+area", "dashed+area"] = (
        checked.choice("auto", "off", "line", "dashed", "area", "line+area", "dashed+area")
    )
    tooltip: Literal["multi", "single", "none"] = tooltip()
    unlisted: tuple[str, ...] = checked.texts(among=("empty", "zeros"))
    """Series that legend and tooltip leave out: those without a value, those that are zero all the time."""
