"""A dashboard in the form of an old Grafana.

## Why is this bad?
Grafana rewrites it each time it is loaded. The page then has unsaved changes at once, what was deployed never equals
what is there, and some of the rewriting guesses.

## Use instead
Schema version 42: open the dashboard in Grafana 13 and export it, or `mixwright import` it.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import DashboardFile
from mixwright.lint import Bad, Context, Finding, Good, check

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        '{"title": "Queues", "uid": "a", "schemaVersion": 14, "rows": []}',
        "has schema version 14, today's is 42; Grafana rewrites it at every load",
    ),
)

LATEST = 42


@check(on=DashboardFile, severity="info")
def old_schema(dashboard: DashboardFile, _context: Context) -> Iterator[Finding]:
    """Compare the version; without one, Grafana takes it for the oldest."""
    version = int(dashboard.schema_version or 0)
    if version < LATEST:
        yield Finding(
            f"has schema version {version}, today's is {LATEST}; Grafana rewrites it at every load"
        )
