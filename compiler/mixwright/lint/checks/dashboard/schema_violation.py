"""A dashboard with fields or values that Grafana does not know.

## Why is this bad?
Grafana ignores them without a word: an option that was renamed years ago does nothing, a mistyped mode falls back to
the default.

## Use instead
What the current version calls it.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/view-dashboard-json-model/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import DashboardFile
from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.schemas import Violation, validate_dashboard

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        """
        {"title": "Queues", "uid": "a", "schemaVersion": 41, "panels": [
          {"id": 1, "type": "timeseries", "title": "Queue", "targets": [{"refId": "A", "expr": "a"}],
           "fieldConfig": {"overrides": [], "defaults": {"custom": {"drawStyle": "zig"}}}}]}
        """,
        '`panels[0].fieldConfig.defaults.custom.drawStyle`: `"zig"` must be one of '
        "`bars`, `line`, `points`",
    ),
)

COMPARABLE = 39
"""What older versions look like, Grafana rewrites before it looks at the fields."""


@check(on=DashboardFile, severity="info")
def schema_violation(dashboard: DashboardFile, context: Context) -> Iterator[Finding]:
    """Compare with Grafana's schemas; what is wrong in the same way at many places is said once.

    What is left out gets Grafana's default. Our own definitions are compared when they are compiled.
    """
    if context.dashboard is not None or (dashboard.schema_version or 0) < COMPARABLE:
        return
    by_message: dict[str, list[Violation]] = {}
    for violation in validate_dashboard(dashboard.content, complete=False):
        by_message.setdefault(violation.message, []).append(violation)
    for message, (first, *others) in by_message.items():
        more = f" (and {len(others)} times more)" if others else ""
        yield Finding(f"`{first.path or 'dashboard'}`: {message}{more}")
