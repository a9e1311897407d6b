"""Two dashboards of one mixin with the same title.

## Why is this bad?
They lie in one folder, where Grafana's provisioning refuses the second, and nobody could tell them
apart in search.

## Use instead
Titles that say what is different.

## Upstream
https://grafana.com/docs/grafana/latest/administration/provisioning/#dashboards
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.model import Dashboard

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
    Bad(_DASHBOARD % "Queues", "another dashboard of the mixin is called `Queues`; rename one"),
)


@check(on=Dashboard, severity="error")
def duplicate_title(dashboard: Dashboard, context: Context) -> Iterator[Finding]:
    """Compare with the dashboards of the mixin that come before."""
    for other in context.mixin.all_dashboards():
        if other is dashboard:
            return
        if other.title == dashboard.title:
            yield Finding(
                f"another dashboard of the mixin is called `{dashboard.title}`; rename one"
            )
            return
