"""Drill-downs and breadcrumbs: every link keeps the time range and passes every variable its target needs.

Requires: uids, chains, scoped panels.
Ensures: `links` of dashboards lead to parent and children; `links` of panels lead to each child that
a clicked series can fill in; all `children` are dashboards.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import attrs

from mixwright.model import Dashboard, Link, Mixin, Panel
from mixwright.passes.dashboards import each_dashboard, each_panel
from mixwright.promql.labelflow import flow


def link(mixin: Mixin) -> Mixin:
    """Link every dashboard up and down, and every panel down."""
    by_slug = {dashboard.slug: dashboard for dashboard in mixin.all_dashboards()}

    def linked(dashboard: Dashboard, parent: Dashboard | None) -> Dashboard:
        children = tuple(
            child if isinstance(child, Dashboard) else by_slug[child]
            for child in dashboard.children
        )
        up = () if parent is None else (Link(f"↑ {parent.title}", parent.uid, _kept(parent)),)
        down = tuple(
            Link(f"↓ {child.title}", child.uid, _shared(dashboard, child)) for child in children
        )
        return each_panel(
            attrs.evolve(
                dashboard,
                links=(*up, *down),
                children=tuple(c for c in dashboard.children if isinstance(c, Dashboard)),
            ),
            lambda panel: attrs.evolve(panel, links=tuple(_drill(panel, dashboard, children))),
        )

    return each_dashboard(mixin, linked)


_Source = Literal["variable", "label"]


def _kept(parent: Dashboard) -> tuple[tuple[str, _Source], ...]:
    return tuple((variable.name, "variable") for variable in parent.chain)


def _shared(dashboard: Dashboard, child: Dashboard) -> tuple[tuple[str, _Source], ...]:
    here = {variable.name for variable in (*dashboard.chain, *dashboard.variables)}
    return tuple((v.name, "variable") for v in child.chain if v.name in here)


def _drill(panel: Panel, dashboard: Dashboard, children: tuple[Dashboard, ...]) -> Iterator[Link]:
    """Yield a link to each child whose new variables are labels of the panel's series."""
    here = {variable.name for variable in dashboard.chain}
    flows = [flow(query.expr) for query in panel.show]
    for child in children:
        new = [variable.name for variable in child.chain if variable.name not in here]
        if not flows or not all(one.possible(name) for one in flows for name in new):
            continue
        variables: tuple[tuple[str, _Source], ...] = tuple(
            (v.name, "variable" if v.name in here else "label") for v in child.chain
        )
        yield Link(child.title, child.uid, variables)
