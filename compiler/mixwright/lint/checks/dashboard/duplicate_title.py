"""Two dashboards of one folder with the same title.

## Why is this bad?
Grafana's provisioning refuses the second, and nobody could tell them
apart in search.

## Use instead
Titles that say what is different.

## Upstream
https://grafana.com/docs/grafana/latest/administration/provisioning/#dashboards
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import DashboardFile
from mixwright.lint import Bad, Context, Finding, Good, check

_DASHBOARD = """
queue = Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")
Dashboard(
    "Queues",
    description="Do jobs wait?",
    panels=queue,
    children=Dashboard(
        "%s",
        slug="one-queue",
        description="Why do jobs of this queue wait?",
        per=Variable("queue", of="queue_length"),
        panels=queue,
    ),
)
"""

EXAMPLES = (
    Good(_DASHBOARD % "Queue"),
    Bad(_DASHBOARD % "Queues", "another dashboard of this folder is called `Queues`; rename one"),
)


@check(on=DashboardFile, severity="error")
def duplicate_title(dashboard: DashboardFile, context: Context) -> Iterator[Finding]:
    """Compare with the dashboards of the folder that come before."""
    for other in context.bundle.files:
        if other is dashboard:
            return
        if other.title == dashboard.title:
            yield Finding(
                f"another dashboard of this folder is called `{dashboard.title}`; rename one"
            )
            return
