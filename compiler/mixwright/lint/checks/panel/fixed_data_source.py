"""A panel that asks one certain data source.

## Why is this bad?
The uid of a data source is another one in every Grafana. There the panel asks nobody, or another Prometheus than its
neighbours do.

## Use instead
The dashboard's data source variable: `"datasource": {"type": "prometheus", "uid": "$datasource"}`.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/variables/add-template-variables/#add-a-data-source-variable
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedPanel
from mixwright.lint import Bad, Context, Finding, Good, check

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        """
        {"title": "Queues", "uid": "a", "panels": [{"type": "stat", "title": "Queue",
           "targets": [{"refId": "A", "expr": "up",
                        "datasource": {"type": "prometheus", "uid": "PBFA97CFB590B2093"}}]}]}
        """,
        "asks the data source `PBFA97CFB590B2093` only; make that a variable",
    ),
)


@check(on=RenderedPanel, severity="error")
def fixed_data_source(panel: RenderedPanel, _context: Context) -> Iterator[Finding]:
    """Look for a variable among the sources of PromQL and LogQL queries."""
    sources = (query.data_source for query in panel.queries if query.language)
    for source in dict.fromkeys(sources):
        if not source.startswith(("$", "[[")):
            named = f"data source `{source}`" if source else "default data source"
            yield Finding(f"asks the {named} only; make that a variable")
