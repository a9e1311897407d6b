"""A dashboard that series lead down to, and from which nothing leads back.

## Why is this bad?
Who arrived by a drill-down cannot see where they are, and goes back through the browser's history, or gives up.

## Use instead
A link above the dashboard to the one above, with its variables and the time range.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/best-practices/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import DashboardFile
from mixwright.lint import Bad, Context, Finding, Good, check

_DATA = """"fieldConfig": {"defaults": {"links": [{"title": "Down", "url": "/d/b?${__url_time_range}"}]}}"""

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        f"""
        [{{"title": "Queues", "uid": "a", "panels": [{{"type": "stat", "title": "Queues", {_DATA}}}]}},
         {{"title": "Queue", "uid": "b", "panels": []}}]
        """,
        "series of `Queues` lead here and nothing leads back; add a link to `Queues`",
    ),
)


@check(on=DashboardFile)
def no_way_up(dashboard: DashboardFile, context: Context) -> Iterator[Finding]:
    """Look for a link back, or for a list that shows the dashboard above."""
    bundle = context.bundle
    above = [
        file
        for file in bundle.files
        if file is not dashboard
        for link in file.links
        if link.kind == "data" and bundle.target(link) is dashboard
    ]
    back = {id(file) for file in bundle.leads_to(dashboard)}
    lists = [frozenset(link.tags) for link in dashboard.links if link.kind == "tags"]
    shown = [file for file in above if any(tags <= frozenset(file.tags) for tags in lists)]
    if above and not shown and not back.intersection(map(id, above)):
        title = above[0].title
        yield Finding(
            f"series of `{title}` lead here and nothing leads back; add a link to `{title}`"
        )
