"""A variable that changes nothing on its dashboard.

## Why is this bad?
The reader chooses a value and nothing happens; or believes that it did.

## Use instead
Remove the variable, or show series that have the label.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/variables/
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from mixwright.dashboardfiles import DashboardFile, mentioned
from mixwright.lint import Bad, Context, Finding, Good, check

_MIXIN = """
Mixin(
    "queues",
    version="1.0.0",
    rules=RuleGroup(
        "queues",
        rules=Recording("queue:jobs:max", expr="max by (queue) (queue_length)"),
    ),
    dashboards=Dashboard(
        "Queues",
        description="Do jobs wait?",
        variables=Variable("%s", of="queue_length"),
        panels=Panel("Queue", "queue:jobs:max", unit="short", description="Jobs that wait."),
    ),
)
"""

EXAMPLES = (
    Good(_MIXIN % "queue"),
    Bad(_MIXIN % "team", "no panel changes with `$team`; remove the variable"),
)


@check(on=DashboardFile)
def unused_variable(dashboard: DashboardFile, _context: Context) -> Iterator[Finding]:
    """Look for every variable in what the dashboard shows, asks, repeats and links to.

    Grafana itself applies filters and groupings; they are mentioned nowhere.
    """
    content = {name: part for name, part in dashboard.content.items() if name != "templating"}
    repeated = {name for panel in dashboard.panels for name in (panel.repeat, panel.row_repeat)}
    used = repeated | set(mentioned(json.dumps(content)))
    before = 0
    while len(used) > before:
        before = len(used)
        for variable in dashboard.variables:
            used.update(variable.mentioned if variable.name in used else ())
    for variable in dashboard.variables:
        asks = variable.kind != "datasource" or any(q.language for q in dashboard.queries)
        if variable.name not in used and variable.kind not in ("adhoc", "groupby") and asks:
            yield Finding(f"no panel changes with `${variable.name}`; remove the variable")
