"""A variable that offers values which the choices before it rule out.

## Why is this bad?
The reader chooses a cluster and then finds the instances of all clusters in the list. Most of them leave the
dashboard empty.

## Use instead
The variables above as matchers: `label_values(up{cluster=~"$cluster"}, instance)`.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/variables/add-template-variables/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedVariable
from mixwright.lint import Bad, Context, Finding, Good, check

_DASHBOARD = """
        {{"title": "Queues", "uid": "queues", "panels": [], "templating": {{"list": [
            {{"name": "cluster", "type": "query", "query": "label_values(up, cluster)"}},
            {{"name": "job", "type": "query", "query": "label_values({}, job)"}}]}}}}
"""

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        _DASHBOARD.format("up"),
        '`$job` does not depend on `$cluster` above it; filter by `cluster=~"$cluster"`',
    ),
)


@check(on=RenderedVariable)
def unchained(variable: RenderedVariable, context: Context) -> Iterator[Finding]:
    """Look for a variable above among what the values depend on."""
    if variable.values is None or variable.values.function != "label_values" or variable.hidden:
        return
    above: list[RenderedVariable] = []
    for other in context.file.variables if context.file is not None else ():
        if other is variable:
            break
        same = other.values is not None and other.values.label == variable.values.label
        if other.values is not None and other.values.label and not other.hidden and not same:
            above.append(other)
    if above and not {other.name for other in above}.intersection(variable.mentioned):
        last = above[-1]
        label = last.values.label if last.values is not None else last.name
        yield Finding(
            f"`${variable.name}` does not depend on `${last.name}` above it; "
            f'filter by `{label}=~"${last.name}"`'
        )
