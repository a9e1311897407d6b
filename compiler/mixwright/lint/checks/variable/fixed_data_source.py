"""A variable that asks one certain data source.

## Why is this bad?
The uid of a data source is another one in every Grafana. Elsewhere the list is empty, or holds what another
Prometheus knows.

## Use instead
The dashboard's data source variable: `"datasource": {"type": "prometheus", "uid": "$datasource"}`.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/variables/add-template-variables/#add-a-data-source-variable
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedVariable
from mixwright.lint import Bad, Context, Finding, Good, check

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        """
        {"title": "Queues", "uid": "queues", "panels": [], "templating": {"list": [
            {"name": "job", "type": "query", "query": "label_values(up, job)",
             "datasource": {"uid": "PBFA97CFB590B2093"}}]}}
        """,
        "`$job` asks the data source `PBFA97CFB590B2093` only; make that a variable",
    ),
)


@check(on=RenderedVariable)
def fixed_data_source(variable: RenderedVariable, _context: Context) -> Iterator[Finding]:
    """Look for a variable among the sources of query variables."""
    source = variable.data_source
    if variable.kind == "query" and not source.startswith(("$", "[[")):
        named = f"data source `{source}`" if source else "default data source"
        yield Finding(f"`${variable.name}` asks the {named} only; make that a variable")
