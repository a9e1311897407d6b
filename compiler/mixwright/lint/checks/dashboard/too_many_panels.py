"""A dashboard with more panels than fit into a look.

## Why is this bad?
More than twenty panels are not read but scrolled through, and every refresh runs all their queries.
What matters most drowns in what might matter once.

## Use instead
A level below, reached by drill-down, or rows that start collapsed.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/best-practices/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import DashboardFile
from mixwright.lint import Bad, Context, Finding, Good, check

_DASHBOARD = """
Dashboard(
    "Queues",
    description="Do jobs wait?",
    panels=[
        Panel(f"Queue {n}", f"queue_{n}_length", unit="short", description="Jobs that wait.")
        for n in range(%d)
    ],
)
"""

EXAMPLES = (
    Good(_DASHBOARD % 20),
    Bad(_DASHBOARD % 21, "21 panels are more than a reader takes in; show 20 or fewer"),
)

MOST = 20


@check(on=DashboardFile, severity="info")
def too_many_panels(dashboard: DashboardFile, _context: Context) -> Iterator[Finding]:
    """Count what is open at first sight; text does not count."""
    seen = [panel for panel in dashboard.panels if not panel.is_folded and panel.kind != "text"]
    if len(seen) > MOST:
        yield Finding(f"{len(seen)} panels are more than a reader takes in; show {MOST} or fewer")
