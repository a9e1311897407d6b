"""The functions of PromQL, by family; a module's `WINDOWS` and `VECTORS` name what it implements.

A new function is a new entry, or a new file, in this folder; nothing else needs to know.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

import attrs
import numpy as np

from mixwright.engine.block import Block
from mixwright.frame import Mask, Times, Values

if TYPE_CHECKING:
    from mixwright.engine.logical import Call
    from mixwright.engine.operators.windows import Windows
    from mixwright.engine.run import Run


@attrs.frozen(eq=False)
class WindowCall:
    """What a function of windows gets: windows, scalar arguments per step, and where results go.

    `times` are the evaluation times (ms); `out` and `present` have shape (series, steps), as has
    `slack` unless it is empty: how far, absolutely, a sliding result may be from the plain one. With
    `plain` nothing slides.
    """

    function: str
    windows: Windows
    times: Times
    scalars: tuple[Values, ...]
    out: Values
    present: Mask
    slack: Values = attrs.field(factory=lambda: np.empty((0, 0)))
    plain: bool = False

    @property
    def longest(self) -> int:
        """How many samples the fullest window has."""
        lengths = self.windows.hi - self.windows.lo
        return int(lengths.max()) if lengths.size else 0

    @property
    def cost(self) -> int:
        """Roughly how many operations a sliding kernel needs."""
        return self.out.size + self.windows.samples.sample_count

    @property
    def every_sample(self) -> int:
        """Roughly how many operations a kernel needs that looks at each sample of each window."""
        return self.out.size * max(1, self.longest)


WindowFunction: TypeAlias = Callable[[WindowCall], Iterable[str] | None]
"""Fills `out` and `present`; returns annotations."""
VectorFunction: TypeAlias = "Callable[[Call, Run], Block]"


def _collected(name: str) -> Mapping[str, Any]:
    found: dict[str, Any] = {}
    for module in pkgutil.iter_modules(__path__):
        content = importlib.import_module(f"{__name__}.{module.name}")
        found.update(getattr(content, name, {}))
    return found


WINDOW_FUNCTIONS: Final[Mapping[str, WindowFunction]] = _collected("WINDOWS")
VECTOR_FUNCTIONS: Final[Mapping[str, VectorFunction]] = _collected("VECTORS")
