"""A level of the hierarchy with more dashboards than a reader chooses among.

## Why is this bad?
A choice of a dozen is a search. Dashboards that differ in what they are about, and not in what they ask, are one
dashboard with a variable.

## Use instead
A level between, by kind of service or part of the system.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/best-practices/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import DashboardFile
from mixwright.lint import Bad, Context, Finding, Good, check

_LINKS = ", ".join(f'{{"title": "D{n}", "type": "link", "url": "/d/d{n}"}}' for n in range(13))
_BELOW = ", ".join(f'{{"title": "D{n}", "uid": "d{n}", "panels": []}}' for n in range(13))

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        f'[{{"title": "Top", "uid": "top", "panels": [], "links": [{_LINKS}]}}, {_BELOW}]',
        "leads to 13 dashboards on one level; put a level between, 12 are enough",
    ),
)

MOST = 12


@check(on=DashboardFile, severity="info")
def crowded_level(dashboard: DashboardFile, context: Context) -> Iterator[Finding]:
    """Count what is one step below the top; what only lists show is not counted."""
    if dashboard is context.bundle.root:
        below = sum(depth == 1 for depth in context.bundle.levels.values())
        if below > MOST:
            yield Finding(
                f"leads to {below} dashboards on one level; put a level between, {MOST} are enough"
            )
