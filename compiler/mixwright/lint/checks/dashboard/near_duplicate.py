"""Two dashboards that ask nearly the same.

## Why is this bad?
Each change has to be made twice and is made once. After a year nobody knows which of the two is right.

## Use instead
One dashboard, with a variable for what is different.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/best-practices/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import DashboardFile
from mixwright.lint import Bad, Context, Finding, Good, check

_PANELS = ", ".join(f'{{"type": "stat", "targets": [{{"expr": "a_{n}"}}]}}' for n in range(5))

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        f'[{{"title": "Queues", "uid": "a", "panels": [{_PANELS}]}}, '
        f'{{"title": "Topics", "uid": "b", "panels": [{_PANELS}]}}]',
        "asks 5 of the 5 things that `Queues` asks; make both one dashboard with a variable",
    ),
)

SAME = 0.8
"""The share of all queries of both that both must have (Jaccard)."""
FEWEST = 5


@check(on=DashboardFile)
def near_duplicate(dashboard: DashboardFile, context: Context) -> Iterator[Finding]:
    """Compare the sets of queries with those of the dashboards before."""
    own = context.bundle.questions(dashboard)
    for other in context.bundle.files if len(own) >= FEWEST else ():
        if other is dashboard:
            return
        theirs = context.bundle.questions(other)
        both = own & theirs
        if len(both) > SAME * len(own | theirs):
            yield Finding(
                f"asks {len(both)} of the {len(theirs)} things that `{other.title}` asks; "
                "make both one dashboard with a variable"
            )
