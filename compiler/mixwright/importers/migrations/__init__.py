"""Panels of older Grafanas, as Grafana 12 and later turn them into others when they load a dashboard.

One module for each successor: `KINDS` are the types that it looks at, `migrated` returns what Grafana makes of a
panel and, in words, what it leaves out; None for a panel that is as it should be.
"""

from __future__ import annotations

import functools
import importlib
import pkgutil
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from mixwright.dashboardfiles import DashboardFile, as_dashboard
from mixwright.importers.fields import UnsaidError

Json: TypeAlias = dict[str, Any]
Migration: TypeAlias = Callable[[Json], tuple[Json, list[str]] | None]

_STYLED_TABLES = 24
"""The schema version before which a table with styles is the old one (`DashboardMigrator` of Grafana)."""


def as_loaded(file: DashboardFile) -> tuple[DashboardFile, tuple[str, ...]]:
    """Return a dashboard as Grafana loads it, and in words what it turns into what, and loses."""
    told: Counter[str] = Counter()
    version = file.schema_version
    old_tables = version is not None and version < _STYLED_TABLES
    content = _with_panels(file.content, old_tables, told)
    rows = content.get("rows")
    if isinstance(rows, list):
        content["rows"] = [
            _with_panels(row, old_tables, told) if isinstance(row, dict) else row for row in rows
        ]
    if content == file.content:
        return file, ()
    words = (said if n == 1 else f"{said} ({n} times)" for said, n in told.items())
    return as_dashboard(content, file.file), tuple(words)


@functools.cache
def migrations() -> Mapping[str, Migration]:
    """Return what turns panels of a type into others, by type, found by walking this folder."""
    modules = (
        importlib.import_module(f"{__name__}.{module.name}")
        for module in pkgutil.iter_modules(__path__)
    )
    return {kind: module.migrated for module in modules for kind in module.KINDS}


def _with_panels(owner: Json, old_tables: bool, told: Counter[str]) -> Json:
    """Return a dashboard or a row with its panels as Grafana makes them."""
    panels = owner.get("panels")
    if not isinstance(panels, list):
        return dict(owner)
    made = [_loaded(one, old_tables, told) if isinstance(one, dict) else one for one in panels]
    return {**owner, "panels": made}


def _loaded(panel: Json, old_tables: bool, told: Counter[str]) -> Json:
    if "panels" in panel:
        panel = _with_panels(panel, old_tables, told)
    if old_tables and panel.get("type") == "table" and panel.get("styles"):
        panel = {**panel, "type": "table-old"}
    panel = _with_living_links(panel, told)
    kind = panel.get("type")
    migrate = migrations().get(kind) if isinstance(kind, str) else None
    if migrate is None:
        return panel
    try:
        found = migrate(panel)
    except (UnsaidError, AttributeError, KeyError, TypeError, ValueError):
        # Of another structure than what Grafana itself ever wrote: it stays as it is.
        return panel
    if found is None:
        return panel
    made, lost = found
    if made["type"] != kind:
        told[f"`{kind}` is `{made['type']}`, as Grafana 12 and later make it"] += 1
    told.update(f"Grafana itself drops {one}" for one in dict.fromkeys(lost))
    return made


def _with_living_links(panel: Json, told: Counter[str]) -> Json:
    """Return a panel without links to dashboards by title, of before Grafana 5: nothing answers them."""
    links = panel.get("links")
    if not isinstance(links, list):
        return panel
    living = [one for one in links if not isinstance(one, dict) or not _is_dead(one)]
    if len(living) == len(links):
        return panel
    told["links of panels to dashboards by title lead nowhere, and are left out"] += 1
    return {**panel, "links": living}


def _is_dead(link: Json) -> bool:
    return not link.get("url") and link.get("type") == "dashboard"
