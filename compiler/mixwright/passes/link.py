"""Drill-downs and breadcrumbs: every link keeps the time range and passes every variable its target needs.

Requires: uids, chains, scoped panels.
Ensures: `links` of dashboards lead to parent and children; `links` of panels lead to each child that
a clicked series can fill in; all `children` are dashboards.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import attrs

from mixwright.model import Dashboard, Link, Mixin, Panel, Passed, Variable
from mixwright.passes.dashboards import each_dashboard, each_panel
from mixwright.promql import metric_names
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


def _kept(parent: Dashboard) -> tuple[Passed, ...]:
    return tuple(Passed(one.name, "variable", one.name) for one in parent.chain)


def _shared(dashboard: Dashboard, child: Dashboard) -> tuple[Passed, ...]:
    here = {variable.name for variable in dashboard.all_variables()}
    return tuple(Passed(v.name, "variable", v.name) for v in child.chain if v.name in here)


def _drill(panel: Panel, dashboard: Dashboard, children: tuple[Dashboard, ...]) -> Iterator[Link]:
    """Yield a link to each child whose new variables are labels of the panel's series.

    Where several children are about the same labels, such as `device` of a disk and of a network
    interface, only those that read a metric of the panel are meant.
    """
    here = {variable.name for variable in dashboard.chain}
    new = {child.uid: [v for v in child.chain if v.name not in here] for child in children}
    names = Counter(tuple(v.name for v in variables) for variables in new.values())
    for child in children:
        added = new[child.uid]
        if not all(_have(panel, variable) for variable in added):
            continue
        if names[tuple(v.name for v in added)] > 1 and not (_metrics(panel) & _metrics(child)):
            continue
        variables = tuple(
            Passed(v.name, "variable" if v.name in here else "label", v.name) for v in child.chain
        )
        yield Link(child.title, child.uid, variables)


def _metrics(shown: Panel | Dashboard) -> frozenset[str]:
    panels = shown.all_panels() if isinstance(shown, Dashboard) else (shown,)
    return frozenset(
        name for panel in panels for query in panel.show for name in metric_names(query.expr)
    )


def _have(panel: Panel, variable: Variable) -> bool:
    """Tell whether a panel's series carry a variable's label, as far as definitions can tell.

    A plain selector may have any label. That it has this one is known from the legend, or from the
    variable, which takes its values from the same metric. A table shows whatever labels there are.
    """
    name = variable.name
    flows = [flow(query.expr) for query in panel.show]
    legends = [panel.legend, *(query.legend for query in panel.show)]
    return all(one.possible(name) for one in flows) and (
        panel.kind == "table"
        or any(one.guaranteed(name) for one in flows)
        or any(f"{{{{{name}}}}}" in legend.replace(" ", "") for legend in legends)
        or (variable.of is not None and variable.of.name in _metrics(panel))
    )
