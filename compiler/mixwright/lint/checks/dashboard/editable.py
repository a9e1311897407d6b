"""A dashboard that can be changed in the browser.

## Why is this bad?
The change lives until the next release overwrites it. Whoever made it learns that afterwards.

## Use instead
`"editable": false`; a copy for experiments.

## Upstream
https://grafana.com/docs/grafana/latest/administration/provisioning/#dashboards
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import DashboardFile, Edit
from mixwright.lint import Bad, Context, Finding, Good, check

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        '{"title": "Queues", "uid": "a", "panels": []}',
        "can be edited in the browser, where the next release overwrites it; set `editable` to false",
    ),
)


@check(on=DashboardFile)
def editable(dashboard: DashboardFile, _context: Context) -> Iterator[Finding]:
    """Look at the flag; without it, Grafana lets everybody edit."""
    if dashboard.editable:
        yield Finding(
            "can be edited in the browser, where the next release overwrites it; "
            "set `editable` to false",
            fix=Edit(dashboard.place, "editable", False),
        )
