"""A dashboard that does not say which question it answers.

## Why is this bad?
A list of dashboards is a list of titles. Without a sentence nobody can tell which of three is meant for
them, so they open all, or write a fourth.

## Use instead
`description`: the question that the dashboard answers.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/best-practices/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import DashboardFile
from mixwright.lint import Bad, Context, Finding, Good, check

_DASHBOARD = """
Dashboard(
    "Queue",%s
    panels=Panel("Queue", "queue_length", unit="short", description="Jobs that wait."),
)
"""

EXAMPLES = (
    Good(_DASHBOARD % '\n    description="Do jobs wait, and since when?",'),
    Bad(_DASHBOARD % "", "no description says which question the dashboard answers"),
)


@check(on=DashboardFile, severity="info")
def missing_description(dashboard: DashboardFile, _context: Context) -> Iterator[Finding]:
    """Look for the text."""
    if not dashboard.description.strip():
        yield Finding("no description says which question the dashboard answers")
