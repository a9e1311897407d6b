"""What all kinds of panels have: what they ask for, the room they need, a legend where there is one."""

from __future__ import annotations

from typing import ClassVar, Literal

import attrs

from mixwright.model import checked
from mixwright.model.calculations import CALCULATIONS
from mixwright.model.expression import origin_field
from mixwright.values import Origin


@attrs.frozen(kw_only=True)
class Look:
    """How a panel shows its data; the options of one kind of panel."""

    kind: ClassVar[str]
    """Grafana's name of it."""
    asks: ClassVar[Literal["range", "instant", "nothing"]] = "range"
    """Whether it shows a stretch of time, the present, or no queries at all."""
    height: ClassVar[int] = 8
    """In units of 30 px, unless the panel says otherwise."""
    columns: ClassVar[int] = 8
    """The least of 24 that it is drawn in."""
    narrow: ClassVar[bool] = False
    """Whether it stays that narrow beside others that can use the room."""

    origin: Origin | None = origin_field()


@attrs.frozen
class Legended(Look):
    """A kind of panel that tells its series apart by a legend and a tooltip."""

    legend: Literal["list", "table", "hidden"] = checked.choice("list", "table", "hidden")
    legend_at: Literal["bottom", "right"] = checked.choice("bottom", "right")
    legend_calculations: tuple[str, ...] = checked.texts(among=CALCULATIONS)


def tooltip() -> Literal["multi", "single", "none"]:
    """Return the field for what the tooltip tells: all series, the nearest one, or nothing."""
    return checked.choice("multi", "single", "none")  # type: ignore[no-any-return]


def calculation() -> str:
    """Return the field for how one value is made of a series."""
    return checked.choice("lastNotNull", *CALCULATIONS[1:])  # type: ignore[no-any-return]


def orientation(default: str) -> Literal["auto", "horizontal", "vertical"]:
    """Return the field for the direction in which things are drawn."""
    others = [one for one in ("auto", "horizontal", "vertical") if one != default]
    return checked.choice(default, *others)  # type: ignore[no-any-return]
