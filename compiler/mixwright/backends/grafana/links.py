"""Ways from one dashboard to another: addresses that keep data source, variables and time range."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from grafanalib import core

from mixwright.model import Dashboard, Link, Panel
from mixwright.passes.tabulate import KINDS

Slugs = Mapping[str, str]
"""Slug by uid; a dashboard of another mixin is found by its uid alone."""

TIME_RANGE = "${__url_time_range}"


def dashboard_links(dashboard: Dashboard, slugs: Slugs, tag: str) -> list[Any]:
    """Return the links above a dashboard: up, down, and a list of all dashboards of the mixin."""
    ways = [
        core.DashboardLink(
            title=link.title,
            type="link",
            icon="dashboard",
            keepTime=True,
            uri=address(link, slugs),
        )
        for link in dashboard.links
    ]
    siblings = core.DashboardLink(
        title=tag.partition(":")[2],
        type="dashboards",
        asDropdown=True,
        includeVars=True,
        keepTime=True,
        tags=[tag],
    )
    return [*ways, siblings]


def data_links(panel: Panel, slugs: Slugs) -> list[dict[str, Any]]:
    """Return the drill-downs of a panel's series, or of a table's rows."""
    return [
        {
            "title": link.title,
            "url": f"{address(link, slugs, of_rows=panel.kind in KINDS)}&{TIME_RANGE}",
        }
        for link in panel.links
    ]


def address(link: Link, slugs: Slugs, *, of_rows: bool = False) -> str:
    """Return a link's address with data source and variables, without the time range."""
    place = f"/d/{link.uid}"
    if link.uid in slugs:
        place += f"/{slugs[link.uid]}"
    parts = ["${datasource:queryparam}"]
    for one in link.variables:
        if one.origin == "label":
            where = "data.fields" if of_rows else "field.labels"
            parts.append(f"var-{one.name}=${{__{where}.{one.source}}}")
        elif one.name == one.source:
            parts.append(f"${{{one.name}:queryparam}}")
        else:
            parts.append(f"var-{one.name}=${{{one.source}:percentencode}}")
    return f"{place}?{'&'.join(parts)}"
