"""Dashboards that belong together, and which of them lead where."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

import attrs

from mixwright.dashboardfiles import DashboardFile, Parsed, RenderedLink, RenderedPanel


@attrs.frozen(eq=False)
class Bundle:
    """The dashboards of one mixin or of one folder; `everything` holds those of the other ones too.

    `first` says that the bundle's first dashboard is where browsing begins, as in our definitions.
    """

    files: tuple[DashboardFile, ...]
    everything: tuple[DashboardFile, ...]
    first: bool

    def target(self, link: RenderedLink) -> DashboardFile | None:
        """Return the dashboard that a link leads to, from the same bundle where two have its uid."""
        if link.uid:
            return self._by_uid.get(link.uid)
        return self._by_slug.get(link.slug) if link.slug else None

    @cached_property
    def root(self) -> DashboardFile | None:
        """The dashboard from which the most others are reached by explicit links."""
        if self.first or not self.files:
            return self.files[0] if self.files else None
        return max(self.files, key=lambda file: (len(self.depths(file)), self._out(file)))

    @cached_property
    def levels(self) -> Mapping[str, int]:
        """The number of steps from the root to each dashboard that explicit links lead to, by place."""
        return self.depths(self.root) if self.root is not None else {}

    @cached_property
    def listed(self) -> frozenset[str]:
        """The places of dashboards that some list by tags shows."""
        lists = [
            (file, frozenset(link.tags))
            for file in self.files
            for link in file.links
            if link.kind == "tags"
        ]
        return frozenset(
            key(file)
            for file in self.files
            for lister, tags in lists
            if lister is not file and tags <= frozenset(file.tags)
        )

    def depths(self, start: DashboardFile) -> dict[str, int]:
        """Return the number of steps from a dashboard to each one that it leads to, by place."""
        found = {key(start): 0}
        ahead = [start]
        for here in ahead:
            for target in self._edges[key(here)]:
                if key(target) not in found:
                    found[key(target)] = found[key(here)] + 1
                    ahead.append(target)
        return found

    def leads_to(self, file: DashboardFile) -> tuple[DashboardFile, ...]:
        """Return the dashboards of the bundle that a dashboard's explicit links lead to."""
        return self._edges[key(file)]

    def questions(self, file: DashboardFile) -> frozenset[str]:
        """Return the queries of a dashboard, each in one spelling."""
        return self._questions[key(file)]

    def same_question(
        self, panel: RenderedPanel
    ) -> tuple[tuple[DashboardFile, RenderedPanel], ...]:
        """Return the panels that ask what this one asks, itself among them, in order."""
        return self._panels.get(_asked(panel), ())

    @cached_property
    def _panels(self) -> Mapping[str, tuple[tuple[DashboardFile, RenderedPanel], ...]]:
        found: dict[str, tuple[tuple[DashboardFile, RenderedPanel], ...]] = {}
        for file in self.files:
            for panel in file.panels:
                asked = _asked(panel)
                if asked:
                    found[asked] = (*found.get(asked, ()), (file, panel))
        return found

    def _out(self, file: DashboardFile) -> int:
        return len(self._edges[key(file)])

    @cached_property
    def _questions(self) -> Mapping[str, frozenset[str]]:
        return {
            key(file): frozenset(
                query.parsed.shown() for query in file.queries if isinstance(query.parsed, Parsed)
            )
            for file in self.files
        }

    @cached_property
    def _edges(self) -> Mapping[str, tuple[DashboardFile, ...]]:
        own = {key(file) for file in self.files}
        edges = {}
        for file in self.files:
            targets = (self.target(link) for link in file.links)
            found = {key(t): t for t in targets if t is not None and t is not file}
            edges[key(file)] = tuple(target for place, target in found.items() if place in own)
        return edges

    @cached_property
    def _by_uid(self) -> Mapping[str, DashboardFile]:
        return {file.uid: file for file in (*reversed(self.everything), *reversed(self.files))}

    @cached_property
    def _by_slug(self) -> Mapping[str, DashboardFile]:
        return {file.slug: file for file in (*reversed(self.everything), *reversed(self.files))}


def _asked(panel: RenderedPanel) -> str:
    """Return a panel's queries in one spelling; nothing where one of them is not PromQL."""
    texts = [q.parsed.shown() for q in panel.shown if isinstance(q.parsed, Parsed)]
    return "\n".join(texts) if len(texts) == len(panel.shown) else ""


def key(file: DashboardFile) -> str:
    """Return what tells two dashboards apart even where uids and titles are the same."""
    return f"{file.file}\0{file.uid}\0{file.title}"


def bundles(groups: Sequence[tuple[tuple[DashboardFile, ...], bool]]) -> tuple[Bundle, ...]:
    """Return a bundle for each group of dashboards; the flag says that the first one is the root."""
    everything = tuple(file for files, _ in groups for file in files)
    return tuple(Bundle(files, everything, first) for files, first in groups)
