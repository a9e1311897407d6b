"""What drawing dashboards from a recording yields: pages, and what is wrong with them."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Protocol

import attrs

from mixwright.values import Labels


class Flaw(Enum):
    """What can be wrong with a drawn dashboard."""

    NO_DATA = "no data"
    NOT_ALWAYS_DATA = "no data for some choices"
    NO_VALUES = "variable without values"
    DEAD_LINK = "link that leads nowhere"
    FAILED_QUERY = "query that fails"


@attrs.frozen
class Problem:
    """One thing that a reader of the dashboard would stumble over; `panel` is empty for the dashboard's own."""

    dashboard: str
    panel: str
    flaw: Flaw
    reason: str

    def __str__(self) -> str:
        place = f"`{self.dashboard}`" + (f", panel `{self.panel}`" if self.panel else "")
        return f"{place}: {self.flaw.value}: {self.reason}"


@attrs.frozen
class PreviewResult:
    """The pages of a preview, the index beside them, and the problems found on the way.

    `heights` are those of the pages in px, `dashboards` their titles with those of their panels.
    """

    index: Path
    pages: tuple[Path, ...]
    panels: int
    problems: tuple[Problem, ...]
    heights: tuple[int, ...] = ()
    dashboards: tuple[tuple[str, tuple[str, ...]], ...] = ()

    @property
    def failures(self) -> tuple[Problem, ...]:
        """The problems that are no matter of what is chosen: a pod that never ran has used no memory."""
        return tuple(p for p in self.problems if p.flaw is not Flaw.NOT_ALWAYS_DATA)


class Episode(Protocol):
    """One life of one alert, as the simulator tells it; times are ms since the epoch."""

    @property
    def alert(self) -> str:
        """The alert's name."""
        ...

    @property
    def labels(self) -> Labels:
        """The alert's labels, `severity` among them."""
        ...

    @property
    def fired_at(self) -> int | None:
        """When the alert began to fire, `None` when it stayed pending."""
        ...

    @property
    def resolved_at(self) -> int | None:
        """When it no longer fired, `None` when it still did in the end."""
        ...
