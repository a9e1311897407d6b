"""Imported dashboards put below each other, where links and levels say that one is about a part of another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs

from mixwright.importers.dashboards import ImportedDashboard
from mixwright.model import Dashboard, Panel, Variable


def arranged(dashboards: Sequence[ImportedDashboard]) -> tuple[ImportedDashboard, ...]:
    """Return dashboards as trees, each with the children that its links lead to, roots first.

    A child narrows by all levels of the one above and by one more. Its drill-downs, breadcrumbs and
    the variables of the levels above are then what the compiler makes of `children=`.
    """
    by_uid = {one.definition.uid: one for one in dashboards if one.definition.uid}
    parents: dict[str, str] = {}
    for one in dashboards:
        for uid in one.leads_to:
            below = by_uid.get(uid)
            if below is not None and _is_below(below.definition, one.definition):
                parents.setdefault(uid, one.definition.uid)
    placed = {uid: above for uid, above in parents.items() if _hangs(uid, parents, by_uid)}
    roots = (one for one in dashboards if one.definition.uid not in placed)
    return tuple(_with_children(one, (), placed, by_uid) for one in roots)


def levels(dashboard: Dashboard) -> tuple[Variable, ...]:
    """Return the variables that narrow all queries of an imported dashboard."""
    return tuple(one for one in dashboard.variables if isinstance(one, Variable))


def _is_below(below: Dashboard, above: Dashboard) -> bool:
    own = [one.name for one in levels(below)]
    return own[:-1] == [one.name for one in levels(above)] and bool(own)


def _hangs(uid: str, parents: Mapping[str, str], by_uid: Mapping[str, ImportedDashboard]) -> bool:
    """Tell whether the way up ends at a dashboard of one level or none, as the top of a hierarchy is."""
    while uid in parents:
        uid = parents[uid]
    return len(levels(by_uid[uid].definition)) <= 1


def _with_children(
    one: ImportedDashboard,
    above: tuple[str, ...],
    placed: Mapping[str, str],
    by_uid: Mapping[str, ImportedDashboard],
) -> ImportedDashboard:
    below = [by_uid[uid] for uid, parent in placed.items() if parent == one.definition.uid]
    own = levels(one.definition)
    in_tree = bool(above or below or one.definition.uid in placed)
    if not in_tree:
        return one
    names = (*above, *(level.name for level in own if level.name not in above))
    children = tuple(_with_children(child, names, placed, by_uid) for child in below)
    uids = frozenset(child.definition.uid for child in below)
    definition = one.definition
    new = [level for level in own if level.name not in above]
    definition = attrs.evolve(
        definition,
        per=new[0] if new else None,
        variables=tuple(v for v in definition.variables if not isinstance(v, Variable)),
        panels=tuple(_without_links(panel, uids) for panel in definition.panels),
        rows=tuple(
            attrs.evolve(row, panels=tuple(_without_links(panel, uids) for panel in row.panels))
            for row in definition.rows
        ),
        children=tuple(child.definition for child in children),
    )
    return attrs.evolve(one, definition=definition, children=children)


def _without_links(panel: Panel, uids: frozenset[str]) -> Panel:
    """Return a panel without the links that a hierarchy has by itself."""
    kept = tuple(
        link for link in panel.data_links if not any(f"d/{uid}" in link.url for uid in uids)
    )
    return attrs.evolve(panel, data_links=kept)
