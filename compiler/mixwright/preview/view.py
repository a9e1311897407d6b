"""One panel with one choice of its dashboard's variables: what a kind draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Final

import attrs

from mixwright.frame import Matrix, Steps
from mixwright.model import Panel
from mixwright.preview.series import Series, lines, shown
from mixwright.values import Labels

MOST_SERIES: Final = 50
"""How many series a panel draws; it says how many more there are."""


@attrs.frozen(eq=False, slots=False)
class View:
    """A panel and the answers to its queries.

    `link` returns the drill-downs of a series as pairs of title and address; `now` is the end of
    the range in ms, to which relative dates refer.
    """

    panel: Panel
    answers: tuple[Matrix, ...]
    steps: Steps
    link: Callable[[Labels], Sequence[tuple[str, str]]]
    now: int

    @cached_property
    def all_series(self) -> list[Series]:
        """Every series that has a value."""
        return lines(self.panel.show, self.answers, self.panel)

    @property
    def series(self) -> list[Series]:
        """The series that are drawn."""
        return self.all_series[:MOST_SERIES]

    @property
    def left_out(self) -> int:
        """How many series are not drawn."""
        return max(0, len(self.all_series) - MOST_SERIES)

    def shown(self, value: float | None) -> dict[str, Any]:
        """Return a value in the panel's unit, with its state."""
        return shown(value, self.panel, self.now)

    def cut(self, drawing: dict[str, Any]) -> dict[str, Any]:
        """Return a drawing that says how many series it leaves out."""
        return {**drawing, "leftOut": self.left_out} if self.left_out else drawing
