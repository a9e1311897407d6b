"""Uids that stay: what a dashboard was called when it was compiled last is what it is found by from now on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import attrs

from mixwright.model import Dashboard, Mixin
from mixwright.passes.dashboards import each_dashboard

_ALIKE = 0.5
"""The share of common titles of panels from which on a dashboard is taken for one that has been renamed."""


@attrs.frozen
class Recorded:
    """A dashboard as the output directory has it."""

    uid: str
    panels: frozenset[str]


def keep_uids(mixin: Mixin, folder: Path) -> Mixin:
    """Return a mixin whose dashboards have the uids that they have in its output folder.

    A dashboard that was renamed, which shows most of what one showed that is gone, keeps the old uid:
    links and runbooks know it. `uid=` in the definition has the last word.
    """
    recorded = _recorded(folder / "dashboards")
    if not recorded:
        return mixin
    dashboards = {one.slug: one for one in mixin.all_dashboards()}
    taken = {one.uid for one in dashboards.values() if one.uid}
    kept = {
        slug: recorded[slug].uid
        for slug, one in dashboards.items()
        if slug in recorded and not one.uid and recorded[slug].uid not in taken
    }
    gone = {slug: one for slug, one in recorded.items() if slug not in dashboards}
    new = [one for slug, one in dashboards.items() if slug not in recorded and not one.uid]
    pairs = sorted(
        ((_alike(one, old), one.slug, slug) for one in new for slug, old in gone.items()),
        key=lambda pair: (-pair[0], *pair[1:]),
    )
    for share, slug, old in pairs:
        if share < _ALIKE:
            break
        if slug not in kept and old in gone and gone[old].uid not in taken:
            kept[slug] = gone.pop(old).uid

    def named(dashboard: Dashboard, _parent: Dashboard | None) -> Dashboard:
        return attrs.evolve(dashboard, uid=kept.get(dashboard.slug, dashboard.uid))

    return each_dashboard(mixin, named)


def _recorded(folder: Path) -> Mapping[str, Recorded]:
    """Return the dashboards of a folder by slug; what is no dashboard is none of ours."""
    found = {}
    for file in sorted(folder.glob("*.json")):
        try:
            content = json.loads(file.read_text("utf-8"))
        except (OSError, ValueError, RecursionError):
            continue
        uid = content.get("uid") if isinstance(content, dict) else None
        if isinstance(uid, str) and uid:
            found[file.stem] = Recorded(uid, frozenset(_titles(content.get("panels"))))
    return found


def _titles(panels: object) -> list[str]:
    titles = []
    for panel in panels if isinstance(panels, list) else ():
        if not isinstance(panel, dict):
            continue
        if panel.get("type") == "row":
            titles += _titles(panel.get("panels"))
        else:
            titles.append(str(panel.get("title")))
    return titles


def _alike(dashboard: Dashboard, old: Recorded) -> float:
    """Return the share of titles that both have of those that either has."""
    titles = {panel.title for panel in dashboard.all_panels()}
    return len(titles & old.panels) / max(len(titles | old.panels), 1)
