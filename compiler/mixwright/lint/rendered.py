"""Dashboards as Grafana reads them, ours and others', for the checks that look at both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import attrs

from mixwright.lint.things import AnyMixin
from mixwright.model import Mixin

if TYPE_CHECKING:
    from mixwright.dashboardfiles import DashboardFile
    from mixwright.lint.check import Context


def rendered(mixin: AnyMixin) -> tuple[DashboardFile, ...]:
    """Return the dashboards of a folder, or what those of a resolved mixin become."""
    if not isinstance(mixin, Mixin):
        return mixin.files
    from mixwright.backends.grafana import dashboards
    from mixwright.dashboardfiles import as_dashboard

    return tuple(
        as_dashboard(content, f"{dashboard.slug}.json") for dashboard, content in dashboards(mixin)
    )


def rendered_things(here: Context) -> Iterator[tuple[Any, Context]]:
    """Yield everything of a mixin's dashboards that a check may run on, with its place.

    The expressions of our own panels are looked at where they are defined.
    """
    mixin = here.mixin
    ours = {one.uid: one for one in mixin.all_dashboards()} if isinstance(mixin, Mixin) else {}
    for file in here.bundle.files:
        dashboard = ours.get(file.uid)
        in_file = attrs.evolve(here, file=file, dashboard=dashboard)
        yield file, in_file
        for variable in file.variables:
            yield variable, in_file
        panels = {p.id: p for p in dashboard.all_panels()} if dashboard is not None else {}
        places = {id(place): panel for panel in file.panels for place in panel.links}
        for link in file.links:
            drawn = places.get(id(link))
            panel = panels.get(_id(drawn.id)) if drawn is not None else None
            yield link, attrs.evolve(in_file, drawn=drawn, panel=panel)
        for drawn in file.panels:
            on_panel = attrs.evolve(in_file, drawn=drawn, panel=panels.get(_id(drawn.id)))
            yield drawn, on_panel
            for query in drawn.queries if dashboard is None else ():
                if query.expr is not None:
                    yield query.expr, attrs.evolve(on_panel, query=query)


def _id(number: float | None) -> int | None:
    return None if number is None else int(number)
