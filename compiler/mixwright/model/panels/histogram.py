"""How often which values occurred."""

from __future__ import annotations

from typing import ClassVar

import attrs

from mixwright.model import checked
from mixwright.model.panels.look import Legended


@attrs.frozen
class Histogram(Legended):
    """Values counted into buckets of `bucket_size`, or into about `bucket_count` of them."""

    kind: ClassVar[str] = "histogram"

    bucket_size: float | None = checked.number(low=0)
    bucket_count: int = checked.number(30, low=1, high=500, whole=True)
    bucket_offset: float = checked.number(0)
    combine: bool = checked.flag()
    """Whether all series are counted together."""
    fill: int = checked.number(80, low=0, high=100, each=True)
    line_width: float = checked.number(1, low=0, high=10, each=True)
