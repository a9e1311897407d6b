"""One panel with one choice of its dashboard's variables: what a kind draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import Any, Final

import attrs

from mixwright.frame import Matrix, Steps
from mixwright.model import Dashboard, Panel
from mixwright.passes.tabulate import KINDS, ref_ids
from mixwright.preview.addresses import addresses
from mixwright.preview.frames import changed_series, tables
from mixwright.preview.overrides import overridden
from mixwright.preview.result import Episode
from mixwright.preview.series import Series, lines, most_recent, shown
from mixwright.preview.transform import Frame
from mixwright.values import Labels

MOST_SERIES: Final = 50
"""How many series a panel draws; it says how many more there are."""


@attrs.frozen(eq=False)
class Around:
    """What a panel can show of other things: all dashboards with their pages and tags, and what alerts did."""

    dashboards: tuple[tuple[Dashboard, str, tuple[str, ...]], ...] = ()
    episodes: tuple[Episode, ...] = ()


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
    around: Around = Around()

    @cached_property
    def all_series(self) -> list[Series]:
        """Every series that has a value, with the overrides that mean it."""
        panel = self.panel
        if panel.transformations and panel.kind not in KINDS:
            found = changed_series(panel, self.answers, self.steps)
        else:
            found = lines(panel.show, self.answers, panel)
        if not panel.overrides:
            return found
        letters = [letter for letter, _ in zip(ref_ids(), panel.show, strict=False)]
        return [self._overridden(one, letters[one.query]) for one in found]

    @cached_property
    def tables(self) -> tuple[Frame, ...]:
        """The frames of a panel that shows rows."""
        return tables(self.panel, self.answers, self.steps, self.now)

    @property
    def series(self) -> list[Series]:
        """The series that are drawn."""
        return self.all_series[:MOST_SERIES]

    @property
    def left_out(self) -> int:
        """How many series are not drawn."""
        return max(0, len(self.all_series) - MOST_SERIES)

    def reduced(self) -> list[tuple[Series, float]]:
        """Return each series that is drawn with the one value that the panel's calculation makes of it."""
        return list(
            most_recent(self.series, getattr(self.panel.look, "calculation", "lastNotNull"))
        )

    def shown(self, value: float | None, series: Series | None = None) -> dict[str, Any]:
        """Return a value in the panel's unit, or in that of a series, with its state."""
        panel = series.panel if series is not None and series.panel is not None else self.panel
        return shown(value, panel, self.now)

    def links(self, series: Series) -> list[tuple[str, str]]:
        """Return the drill-downs of a series, and its links to any address, as pairs of title and address."""
        own = series.panel if series.panel is not None else self.panel
        ways = addresses(own.data_links, series.labels, series.name, self.pages)
        return [*self.link(series.labels), *ways]

    @property
    def pages(self) -> dict[str, str]:
        """The pages of all dashboards by uid."""
        return {dashboard.uid: page for dashboard, page, _ in self.around.dashboards}

    def settings(self, series: Series) -> dict[str, Any]:
        """Return what is drawn otherwise for a series than for the panel."""
        own = series.panel
        if own is None or own is self.panel:
            return {}
        base = self.panel
        found: dict[str, Any] = {
            "unit": own.unit if own.unit != base.unit else None,
            "decimals": own.decimals if own.decimals != base.decimals else None,
            "color": own.color if own.color != base.color else None,
            "look": look(own) if own.look != base.look else None,
        }
        return {key: value for key, value in found.items() if value is not None}

    def cut(self, drawing: dict[str, Any]) -> dict[str, Any]:
        """Return a drawing that says how many series it leaves out."""
        return {**drawing, "leftOut": self.left_out} if self.left_out else drawing

    def _overridden(self, series: Series, letter: str) -> Series:
        name, panel = overridden(self.panel, series.name, "number", letter)
        return attrs.evolve(series, name=name, panel=panel)


def look(panel: Panel) -> dict[str, Any]:
    """Return the options of a panel's kind as JSON values; durations in ms."""
    found = attrs.asdict(panel.look, recurse=False)
    del found["origin"]
    found.pop("panel", None)
    return {key: getattr(value, "ms", value) for key, value in found.items()}
