"""What goes wrong while a dashboard is drawn, counted over all choices and told once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TypeAlias

import attrs

from mixwright.errors import EvaluationError
from mixwright.model import Dashboard, Link, Panel, Variable
from mixwright.preview.choices import Choices
from mixwright.preview.result import Flaw, Problem
from mixwright.values import Labels

_Place: TypeAlias = tuple[int | None, str]
"""A panel's number and title: two panels may share a title."""


@attrs.define(eq=False)
class _Tally:
    """How often something went well, how often it did not, and why it first did not."""

    good: int = 0
    bad: int = 0
    first: str = ""

    def fail(self, reason: str) -> None:
        self.bad += 1
        self.first = self.first or reason

    def __str__(self) -> str:
        total = self.good + self.bad
        return self.first if total == 1 else f"{self.first} ({self.bad} of {total})"


def _tallies() -> defaultdict[_Place, _Tally]:
    return defaultdict(_Tally)


@attrs.define(eq=False)
class Findings:
    """The failures of one dashboard's panels, queries and links."""

    _data: defaultdict[_Place, _Tally] = attrs.field(factory=_tallies, init=False)
    _queries: defaultdict[_Place, _Tally] = attrs.field(factory=_tallies, init=False)
    _links: defaultdict[tuple[_Place, str], _Tally] = attrs.field(
        factory=lambda: defaultdict(_Tally), init=False
    )

    def drawn(self, panel: Panel) -> None:
        """Count a panel that shows something."""
        self._data[_place(panel)].good += 1

    def without_data(self, panel: Panel, choice: Labels) -> None:
        """Count a panel that shows nothing; one whose query failed is told of already."""
        if _place(panel) not in self._queries:
            self._data[_place(panel)].fail(f"the recording has none{_with(choice)}")

    def failed(self, panel: Panel, choice: Labels, error: EvaluationError) -> None:
        """Count a query that fails."""
        self._queries[_place(panel)].fail(f"{error}{_with(choice)}")

    def alive(self, panel: Panel, link: Link) -> None:
        """Count a link that leads somewhere."""
        self._links[_place(panel), link.title].good += 1

    def dead(self, panel: Panel, link: Link, reason: str) -> None:
        """Count a link that leads nowhere."""
        self._links[_place(panel), link.title].fail(reason)

    def problems(
        self, dashboard: Dashboard, choices: Choices, uids: frozenset[str]
    ) -> Iterator[Problem]:
        """Yield what is wrong: the variables' and the dashboard's own links first, then panel by panel."""
        title = dashboard.title
        for variable in choices.without_values:
            of = variable.of if isinstance(variable, Variable) else None
            what = (
                f"no series of `{of}` has a label `{variable.name}`"
                if of is not None
                else "nothing to offer"
            )
            reason = f"`{variable.name}`: {what}"
            yield Problem(title, "", Flaw.NO_VALUES, reason)
        for link in dashboard.links:
            if link.uid not in uids:
                reason = f"`{link.title}`: there is no dashboard `{link.uid}`"
                yield Problem(title, "", Flaw.DEAD_LINK, reason)
        for panel in dashboard.all_panels():
            place = _place(panel)
            if place in self._queries:
                yield Problem(title, panel.title, Flaw.FAILED_QUERY, self._queries[place].first)
            if place in self._data and self._data[place].bad:
                flaw = Flaw.NOT_ALWAYS_DATA if self._data[place].good else Flaw.NO_DATA
                yield Problem(title, panel.title, flaw, str(self._data[place]))
            for link in panel.links:
                tally = self._links.get((place, link.title))
                if tally is not None and tally.bad:
                    reason = f"`{link.title}`: {tally}"
                    yield Problem(title, panel.title, Flaw.DEAD_LINK, reason)


def _place(panel: Panel) -> _Place:
    return panel.id, panel.title


def _with(choice: Labels) -> str:
    return f" with `{choice}`" if choice else ""
