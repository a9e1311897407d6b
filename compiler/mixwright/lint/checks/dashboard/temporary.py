"""A dashboard that was meant to be there for a day.

## Why is this bad?
Tests and copies stay, are found by search, and are believed.

## Use instead
A title that says what it shows, or delete it.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/best-practices/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mixwright.dashboardfiles import DashboardFile
from mixwright.lint import Bad, Context, Finding, Good, check

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        '{"title": "Queues Copy", "uid": "a", "panels": []}',
        "is called `Queues Copy`; release it under a name of its own, or not at all",
    ),
)

_TEMPORARY = re.compile(r"^(test|tmp|temp|wip|new dashboard)\b|\b(copy|copy of .*)$", re.IGNORECASE)


@check(on=DashboardFile)
def temporary(dashboard: DashboardFile, _context: Context) -> Iterator[Finding]:
    """Look at the title."""
    if _TEMPORARY.search(dashboard.title.strip()):
        yield Finding(
            f"is called `{dashboard.title}`; release it under a name of its own, or not at all"
        )
