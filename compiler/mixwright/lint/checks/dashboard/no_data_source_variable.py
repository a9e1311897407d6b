"""A dashboard without a choice of the Prometheus to ask.

## Why is this bad?
It works in the one Grafana it was made in. Every other one calls its data source something else, and a second cluster
needs a copy of the dashboard.

## Use instead
A variable of type `datasource` for `prometheus`, used by all panels.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/variables/add-template-variables/#add-a-data-source-variable
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import DashboardFile
from mixwright.lint import Bad, Context, Finding, Good, check

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        '{"title": "Queues", "uid": "a", "panels": [{"type": "stat", "targets": [{"expr": "up"}]}]}',
        "no variable chooses the data source; add one of type `datasource`",
    ),
)


@check(on=DashboardFile, severity="error")
def no_data_source_variable(dashboard: DashboardFile, _context: Context) -> Iterator[Finding]:
    """Look for the variable where something is asked."""
    asks = any(query.language for query in dashboard.queries)
    if asks and not any(variable.kind == "datasource" for variable in dashboard.variables):
        yield Finding("no variable chooses the data source; add one of type `datasource`")
