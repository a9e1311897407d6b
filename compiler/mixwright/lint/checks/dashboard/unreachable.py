"""A dashboard to which no link leads.

## Why is this bad?
Browsing starts at the top and follows links. A dashboard beside the tree is found by those who know it
is there; the others build their own.

## Use instead
Make it a child of the dashboard above: `children=`.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/best-practices/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.lint.things import AnyMixin
from mixwright.model import Dashboard

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
        "no link leads here from `Queues`; make it a child of a dashboard there",
    ),
)


@check(on=Dashboard)
def unreachable(dashboard: Dashboard, context: Context) -> Iterator[Finding]:
    """Follow all links from the mixin's first dashboard; only tops of trees are reported."""
    start, *others = context.mixin.dashboards
    if any(dashboard is other for other in others) and dashboard.uid not in _reached(
        start, context.mixin
    ):
        yield Finding(
            f"no link leads here from `{start.title}`; make it a child of a dashboard there"
        )


def _reached(start: Dashboard, mixin: AnyMixin) -> set[str]:
    by_uid = {dashboard.uid: dashboard for dashboard in mixin.all_dashboards()}
    reached: set[str] = set()
    ahead = [start.uid]
    while ahead:
        here = by_uid.get(ahead.pop())
        if here is not None and here.uid not in reached:
            reached.add(here.uid)
            panels = (link for panel in here.all_panels() for link in panel.links)
            ahead += [link.uid for link in (*here.links, *panels)]
    return reached
