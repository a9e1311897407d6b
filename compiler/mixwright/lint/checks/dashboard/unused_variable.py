"""A variable that changes nothing on its dashboard.

## Why is this bad?
The reader chooses a value and nothing happens; or believes that it did.

## Use instead
Remove the variable, or show series that have the label.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/variables/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.lint.variables import mentioned
from mixwright.model import Dashboard
from mixwright.promql import Selector, walk

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


@check(on=Dashboard)
def unused_variable(dashboard: Dashboard, _context: Context) -> Iterator[Finding]:
    """Look for every variable among the matchers and texts of all panels."""
    used: set[str] = set()
    for panel in dashboard.all_panels():
        for text in (panel.title, panel.words, panel.legend):
            used.update(mentioned(text))
        for query in panel.show:
            for selector in walk(query.expr, Selector):
                used.update(name for m in selector.matchers for name in mentioned(m.value))
    for variable in (*dashboard.chain, *dashboard.variables):
        if variable.name not in used:
            yield Finding(f"no panel changes with `${variable.name}`; remove the variable")
