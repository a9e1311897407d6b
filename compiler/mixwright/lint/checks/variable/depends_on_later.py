"""A variable whose values depend on one that comes after it.

## Why is this bad?
The reader chooses from left to right, and the second choice changes the first. Two that depend on each other
never settle.

## Use instead
The order of the hierarchy: what is larger first.

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
            {"name": "job", "type": "query", "query": "label_values(up{cluster=\\"$cluster\\"}, job)"},
            {"name": "cluster", "type": "query", "query": "label_values(up, cluster)"}]}}
        """,
        "`$job` depends on `$cluster`, which comes after it; put `$cluster` first",
    ),
)


@check(on=RenderedVariable)
def depends_on_later(variable: RenderedVariable, context: Context) -> Iterator[Finding]:
    """Look for the variables below among what the values depend on."""
    names = [other.name for other in context.file.variables] if context.file is not None else []
    for name in variable.mentioned:
        if name == variable.name:
            yield Finding(f"`${name}` depends on itself")
        elif name in names[names.index(variable.name) :]:
            yield Finding(
                f"`${variable.name}` depends on `${name}`, which comes after it; put `${name}` first"
            )
