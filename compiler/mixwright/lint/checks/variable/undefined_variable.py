"""A variable whose values depend on one that is not there.

## Why is this bad?
Grafana sends `$name` to Prometheus as it stands. Nothing is called so, and the list stays empty.

## Use instead
A variable of this dashboard; capitals matter.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/variables/
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedVariable
from mixwright.lint import Bad, Context, Finding, Good, check

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        """
        {"title": "Queues", "uid": "queues", "panels": [], "templating": {"list": [
            {"name": "cluster", "type": "query", "query": "label_values(up, cluster)"},
            {"name": "job", "type": "query", "query": "label_values(up{cluster=\\"$Cluster\\"}, job)"}]}}
        """,
        "`$job` depends on `$Cluster`, which is not there; did you mean `$cluster`?",
    ),
)


@check(on=RenderedVariable, severity="error")
def undefined_variable(variable: RenderedVariable, context: Context) -> Iterator[Finding]:
    """Look everything up that the query mentions."""
    known = context.file.defined if context.file is not None else ()
    for name in variable.mentioned if variable.kind == "query" else ():
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean `${near[0]}`?" if near else ""
            yield Finding(f"`${variable.name}` depends on `${name}`, which is not there{hint}")
