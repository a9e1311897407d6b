"""A dashboard without a uid.

## Why is this bad?
Grafana makes one up when the dashboard is loaded, another one in every Grafana. No link, no alert and no runbook
can name it.

## Use instead
`uid`: at most 40 of `A-Za-z0-9_-`, the same in all releases.

## Upstream
https://grafana.com/docs/grafana/latest/administration/provisioning/#dashboards
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import DashboardFile
from mixwright.lint import Bad, Context, Finding, Good, check

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad('{"title": "Queues", "panels": []}', "no uid, so that nothing can link to the dashboard"),
)


@check(on=DashboardFile)
def missing_uid(dashboard: DashboardFile, _context: Context) -> Iterator[Finding]:
    """Look for the uid."""
    if not dashboard.uid:
        yield Finding("no uid, so that nothing can link to the dashboard")
