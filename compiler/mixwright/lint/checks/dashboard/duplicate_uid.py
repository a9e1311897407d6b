"""Two dashboards with the same uid.

## Why is this bad?
Grafana keeps one of them. Which one, the order of loading decides.

## Use instead
A uid for each, made from what is different.

## Upstream
https://grafana.com/docs/grafana/latest/administration/provisioning/#dashboards
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import DashboardFile
from mixwright.lint import Bad, Context, Finding, Good, check

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        """
        [{"title": "Queues", "uid": "a", "panels": []}, {"title": "Topics", "uid": "a", "panels": []}]
        """,
        "`a` is the uid of dashboard `Queues` too; Grafana keeps one of them",
    ),
)


@check(on=DashboardFile, severity="error")
def duplicate_uid(dashboard: DashboardFile, context: Context) -> Iterator[Finding]:
    """Compare with all dashboards that come before."""
    for other in context.bundle.everything if dashboard.uid else ():
        if other is dashboard:
            return
        if other.uid == dashboard.uid:
            yield Finding(
                f"`{dashboard.uid}` is the uid of dashboard `{other.title}` too; "
                "Grafana keeps one of them"
            )
            return
