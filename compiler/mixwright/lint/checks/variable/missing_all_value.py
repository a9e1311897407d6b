"""A variable with `All` that does not say what All stands for.

## Why is this bad?
Grafana writes every value down, joined by `|`. With hundreds of them queries and addresses grow until something
refuses them, and what has no such label is left out.

## Use instead
`"allValue": ".*"`, or `".+"` where the label must be there.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/variables/add-template-variables/
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
            {"name": "job", "type": "query", "query": "label_values(up, job)", "includeAll": true}]}}
        """,
        "`$job` offers All and does not say what that is; give it `allValue`, such as `.*`",
    ),
)


@check(on=RenderedVariable, severity="info")
def missing_all_value(variable: RenderedVariable, _context: Context) -> Iterator[Finding]:
    """Look at what Prometheus is asked for."""
    if variable.values is not None and variable.include_all and not variable.all_value:
        yield Finding(
            f"`${variable.name}` offers All and does not say what that is; "
            "give it `allValue`, such as `.*`"
        )
