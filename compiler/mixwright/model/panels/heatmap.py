"""A distribution over time as colour."""

from __future__ import annotations

from typing import ClassVar, Literal

import attrs

from mixwright.model import checked
from mixwright.model.panels.look import Look

_SCHEMES = (
    *("Oranges", "Blues", "Greens", "Greys", "Purples", "Reds", "Turbo", "Cividis", "Viridis"),
    *("Magma", "Inferno", "Plasma", "Warm", "Cool", "Spectral", "RdYlGn", "RdYlBu", "YlOrRd"),
)


@attrs.frozen
class Heatmap(Look):
    """How much fell into each bucket; series that are no buckets are counted into some."""

    kind: ClassVar[str] = "heatmap"
    height: ClassVar[int] = 9

    scheme: str = checked.choice(*_SCHEMES)
    reverse: bool = checked.flag()
    scale: Literal["exponential", "linear"] = checked.choice("exponential", "linear")
    exponent: float = checked.number(0.5, low=0.01, high=2)
    steps: int = checked.number(64, low=2, high=128, whole=True)
    gap: int = checked.number(1, low=0, high=25, whole=True)
    show_values: bool = checked.flag()
    legend: bool = checked.flag(True)
    axis_label: str = checked.text()
