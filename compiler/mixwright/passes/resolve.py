"""References: drill-downs named by slug, and alerts shown on panels, lead to something that exists.

Requires: a mixin as written.
Ensures: slugs are unique; every slug among `children` names a dashboard of the mixin; no
drill-down leads back to where it came from; every panel's alert is in a rule group.
"""

from __future__ import annotations

import difflib

from mixwright.errors import DefinitionError
from mixwright.model import Dashboard, Mixin


def resolve(mixin: Mixin) -> Mixin:
    """Check all references and return the mixin as it is."""
    by_slug: dict[str, Dashboard] = {}
    for dashboard in mixin.all_dashboards():
        first = by_slug.setdefault(dashboard.slug, dashboard)
        if first is not dashboard:
            raise DefinitionError(
                f"dashboard `{dashboard.slug}` is in mixin `{mixin.name}` twice, first at "
                f"{first.origin}; give one another `slug=`, or name it by slug where it is meant again",
                dashboard.origin,
            )
    for dashboard in by_slug.values():
        _check_drill_downs(dashboard, by_slug, ())
        _check_alerts(dashboard, mixin)
    return mixin


def _check_drill_downs(
    dashboard: Dashboard, by_slug: dict[str, Dashboard], path: tuple[str, ...]
) -> None:
    if dashboard.slug in path:
        loop = " → ".join((*path[path.index(dashboard.slug) :], dashboard.slug))
        raise DefinitionError(
            f"the drill-down {loop} leads back to where it came from; "
            "children are the next level down, the way up is linked by itself",
            dashboard.origin,
        )
    for child in dashboard.children:
        target = child if isinstance(child, Dashboard) else by_slug.get(child)
        if target is None:
            near = difflib.get_close_matches(str(child), by_slug, n=1)
            known = ", ".join(f"`{slug}`" for slug in sorted(by_slug))
            hint = f"did you mean `{near[0]}`?" if near else f"there are {known}"
            raise DefinitionError(
                f"dashboard `{dashboard.title}` drills down to `{child}`, which the mixin does not have; {hint}",
                dashboard.origin,
            )
        _check_drill_downs(target, by_slug, (*path, dashboard.slug))


def _check_alerts(dashboard: Dashboard, mixin: Mixin) -> None:
    names = {alert.name for alert in mixin.alerts()}
    for panel in dashboard.all_panels():
        for alert in panel.alert:
            if alert.name not in names:
                raise DefinitionError(
                    f"panel `{panel.title}` shows alert `{alert.name}`, which no rule group of mixin "
                    f"`{mixin.name}` evaluates; add it to a group",
                    panel.origin,
                )
