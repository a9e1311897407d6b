"""A dashboard without tags.

## Why is this bad?
Tags are how lists of dashboards find their members, and how a reader sees which package a dashboard belongs to and whom
to ask.

## Use instead
The mixin's name and the owner as tags: `mixin:queues`, `owner:storage`.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/best-practices/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import DashboardFile
from mixwright.lint import Bad, Context, Finding, Good, check

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        '{"title": "Queues", "uid": "a", "panels": []}',
        "no tags say what the dashboard belongs to",
    ),
)


@check(on=DashboardFile, severity="info")
def missing_tags(dashboard: DashboardFile, _context: Context) -> Iterator[Finding]:
    """Look for any."""
    if not dashboard.tags:
        yield Finding("no tags say what the dashboard belongs to")
