"""A variable whose values nobody can look up.

## Why is this bad?
Prometheus refuses the query. The list is empty, and so are all panels that depend on it.

## Use instead
`label_values(METRIC{MATCHERS}, LABEL)`, `query_result(EXPRESSION)`, `metrics(REGEX)` or `label_names()`.

## Upstream
https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/
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
            {"name": "job", "type": "query", "query": "label_values(up, 1)"}]}}
        """,
        "`$job` has no values: `up, 1` names no label",
    ),
)


@check(on=RenderedVariable, severity="error")
def broken_query(variable: RenderedVariable, _context: Context) -> Iterator[Finding]:
    """Parse the whole argument."""
    if variable.values is not None and variable.values.problem:
        problem = variable.values.problem.splitlines()[0]
        yield Finding(f"`${variable.name}` has no values: {problem}")
