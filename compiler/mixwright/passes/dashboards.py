"""Rebuilding the dashboards of a mixin, top down: what every pass over dashboards shares."""

from __future__ import annotations

from collections.abc import Callable

import attrs

from mixwright.model import Dashboard, Mixin, Panel

Change = Callable[[Dashboard, Dashboard | None], Dashboard]


def each_dashboard(mixin: Mixin, change: Change) -> Mixin:
    """Return the mixin with `change(dashboard, its changed parent)` in place of every dashboard."""

    def rebuild(dashboard: Dashboard, parent: Dashboard | None) -> Dashboard:
        changed = change(dashboard, parent)
        children = tuple(
            rebuild(child, changed) if isinstance(child, Dashboard) else child
            for child in changed.children
        )
        return attrs.evolve(changed, children=children)

    return attrs.evolve(mixin, dashboards=tuple(rebuild(root, None) for root in mixin.dashboards))


def each_panel(dashboard: Dashboard, change: Callable[[Panel], Panel]) -> Dashboard:
    """Return the dashboard with `change(panel)` in place of every panel."""
    return attrs.evolve(
        dashboard,
        panels=tuple(map(change, dashboard.panels)),
        rows=tuple(
            attrs.evolve(row, panels=tuple(map(change, row.panels))) for row in dashboard.rows
        ),
    )
