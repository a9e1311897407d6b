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
from mixwright.model import AdhocFilters, Dashboard, Panel
from mixwright.promql import Expr, Selector, walk

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
    Good(
        'Dashboard("Load", description="How much?", variables=IntervalVariable("window"), '
        'panels=Panel("Load", Query("rate(a_total[5m])", window="$window"), unit="ops", description="x"))'
    ),
    Bad(_MIXIN % "team", "no panel changes with `$team`; remove the variable"),
)


@check(on=Dashboard)
def unused_variable(dashboard: Dashboard, _context: Context) -> Iterator[Finding]:
    """Look for every variable among the matchers and texts of all panels; filters change all by themselves."""
    used: set[str] = {row.repeat for row in dashboard.rows}
    for panel in dashboard.all_panels():
        used.add(panel.repeat)
        for text in _texts(panel):
            used.update(mentioned(text))
    for expr in _expressions(dashboard):
        for selector in walk(expr, Selector):
            used.update(name for m in selector.matchers for name in mentioned(m.value))
    for variable in dashboard.all_variables():
        if variable.name not in used and not isinstance(variable, AdhocFilters):
            yield Finding(f"no panel changes with `${variable.name}`; remove the variable")


def _texts(panel: Panel) -> Iterator[str]:
    yield from (panel.title, panel.words, panel.legend)
    yield from (query.window for query in panel.show)
    yield from (query.expr for query in panel.logs)
    yield from (link.url for link in panel.data_links)


def _expressions(dashboard: Dashboard) -> Iterator[Expr]:
    yield from (query.expr for panel in dashboard.all_panels() for query in panel.show)
    yield from (annotation.expr for annotation in dashboard.annotations)
    yield from (one.of for one in dashboard.labels() if one.of is not None)
