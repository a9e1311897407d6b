"""A variable whose values are looked up once, not for the time range that is shown.

## Why is this bad?
What has come since the page was opened is not in the list, nor what was there last week and is gone.

## Use instead
Refresh on time range change: `"refresh": 2`.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/variables/add-template-variables/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import Edit, RenderedVariable
from mixwright.lint import Bad, Context, Finding, Good, check

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        """
        {"title": "Queues", "uid": "queues", "panels": [], "templating": {"list": [
            {"name": "job", "type": "query", "query": "label_values(up, job)", "refresh": 1}]}}
        """,
        "the values of `$job` are not those of the time range that is shown; set `refresh` to 2",
    ),
)

ON_TIME_RANGE_CHANGE = 2


@check(on=RenderedVariable)
def stale_values(variable: RenderedVariable, _context: Context) -> Iterator[Finding]:
    """Look at what Prometheus is asked for."""
    if variable.values is not None and variable.refresh != ON_TIME_RANGE_CHANGE:
        yield Finding(
            f"the values of `${variable.name}` are not those of the time range that is shown; "
            f"set `refresh` to {ON_TIME_RANGE_CHANGE}",
            fix=Edit(variable.place, "refresh", ON_TIME_RANGE_CHANGE),
        )
