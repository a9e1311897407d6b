"""A dashboard to which no link leads.

## Why is this bad?
Browsing starts at the top and follows links. A dashboard beside the tree is found by those who know it
is there; the others build their own.

## Use instead
A link from the dashboard above, on the series or row that it is about: in definitions `children=`.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/best-practices/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import DashboardFile
from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.lint.bundle import key

_MIXIN = """
queue = Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")
detail = Dashboard(
    "Queue",
    description="Why do jobs of this queue wait?",
    per=Variable("queue", of="queue_length"),
    panels=queue,
)
Mixin(
    "queues",
    version="1.0.0",
    dashboards=(
        Dashboard("Queues", description="Do jobs wait?", panels=queue%s,
    ),
)
"""

EXAMPLES = (
    Good(_MIXIN % ", children=detail)"),
    Bad(
        _MIXIN % "), detail",
        "no link leads here from `Queues`, only a list of dashboards does",
    ),
)


@check(on=DashboardFile)
def unreachable(dashboard: DashboardFile, context: Context) -> Iterator[Finding]:
    """Follow all links from the dashboard that leads furthest, in definitions the first one."""
    bundle = context.bundle
    if bundle.root is None or key(dashboard) in bundle.levels:
        return
    if key(dashboard) in bundle.listed:
        how = ", only a list of dashboards does"
    elif bundle.leads_to(dashboard):
        how = "; make it a child of a dashboard there"
    else:
        how = ", nor from here to others; make it a child of a dashboard there"
    yield Finding(f"no link leads here from `{bundle.root.title}`{how}")
