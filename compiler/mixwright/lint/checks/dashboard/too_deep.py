"""A dashboard that is many steps below the top.

## Why is this bad?
Fleet, service, instance, process: whoever looks for a cause takes a step for each. With a fifth and a sixth nobody
remembers the way, and every step loads a page.

## Use instead
Three levels below the top at most: leave one out, or put two into one dashboard.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/best-practices/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import DashboardFile
from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.lint.bundle import key

_CHAIN = ", ".join(
    f'{{"title": "D{n}", "uid": "d{n}", "panels": [], '
    f'"links": [{{"title": "Down", "type": "link", "url": "/d/d{n + 1}"}}]}}'
    for n in range(4)
)

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        f'[{_CHAIN}, {{"title": "D4", "uid": "d4", "panels": []}}]',
        "4 steps below `D0`; leave a level out, 3 are enough",
    ),
)

DEEPEST = 3


@check(on=DashboardFile, severity="info")
def too_deep(dashboard: DashboardFile, context: Context) -> Iterator[Finding]:
    """Count the steps from the top by the shortest way."""
    depth = context.bundle.levels.get(key(dashboard), 0)
    if depth > DEEPEST and context.bundle.root is not None:
        yield Finding(
            f"{depth} steps below `{context.bundle.root.title}`; leave a level out, "
            f"{DEEPEST} are enough"
        )
