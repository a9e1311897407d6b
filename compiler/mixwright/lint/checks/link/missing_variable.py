"""A link that does not tell the target what it is about.

## Why is this bad?
The target opens on whatever was chosen there last, or comes first in the list: another cluster, another
instance. It looks right and shows something else.

## Use instead
`var-NAME=` for every variable of the target that one value must be chosen for:
`var-instance=${__field.labels.instance}`, `${datasource:queryparam}`. `includeVars` carries what both
dashboards have.

## Upstream
https://grafana.com/docs/grafana/latest/panels-visualizations/configure-data-links/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedLink
from mixwright.lint import Bad, Context, Finding, Good, check

_TARGET = """
        {"title": "Queue", "uid": "queue", "panels": [], "templating": {"list": [
          {"name": "queue", "type": "query", "query": "label_values(queue_length, queue)"}]}}
"""

EXAMPLES = (
    Good(
        """
Dashboard(
    "Queues",
    description="Do jobs wait?",
    panels=Panel(
        "Queues", "max by (queue) (queue_length)", unit="short", description="Jobs that wait."
    ),
    children=Dashboard(
        "Queue",
        description="Why do jobs of this queue wait?",
        per=Variable("queue", of="queue_length"),
        panels=Panel("Queue", "queue_length", unit="short", description="Jobs that wait."),
    ),
)
"""
    ),
    Bad(
        f"""
        [{{"title": "Queues", "uid": "queues", "panels": [{{"type": "stat", "title": "Queues",
           "fieldConfig": {{"defaults": {{"links": [
             {{"title": "Queue", "url": "/d/queue?${{__url_time_range}}"}}]}}}}}}]}},
         {_TARGET}]
        """,
        "link `Queue` does not pass `queue`, which `Queue` needs; add `var-queue=`",
    ),
)


@check(on=RenderedLink)
def missing_variable(link: RenderedLink, context: Context) -> Iterator[Finding]:
    """Compare what is passed with what the target requires.

    A link above a dashboard knows nothing of what is new on the target, a clicked series does.
    """
    target = context.bundle.target(link)
    if target is None or context.file is None:
        return
    here = context.file.variables_by_name
    carried = {*link.passed, *(here if link.all_variables else ())}
    needed = [
        variable.name
        for variable in target.variables
        if variable.is_required and variable.name not in carried
        if link.kind == "data" or variable.name in here
    ]
    if needed:
        names = ", ".join(f"`{name}`" for name in needed)
        yield Finding(
            f"link `{link.title}` does not pass {names}, which `{target.title}` needs; "
            f"add {', '.join(f'`var-{name}=`' for name in needed)}"
        )
