"""A dashboard that asks more often than there is something new.

## Why is this bad?
Every open page runs all queries again. Prometheus scrapes every 15 seconds or less often, and nobody reads a page
anew every ten.

## Use instead
`30s` or longer; `1m` where a person looks at it.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/best-practices/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import DashboardFile
from mixwright.errors import MixwrightError
from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.values import Duration

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        '{"title": "Queues", "uid": "a", "refresh": "5s", "panels": []}',
        "asks for everything again each `5s`; `30s` is soon enough",
    ),
)

SOONEST = Duration.parse("30s")


@check(on=DashboardFile)
def hasty_refresh(dashboard: DashboardFile, context: Context) -> Iterator[Finding]:
    """Compare with half a minute, and with the scrape interval where that is longer."""
    soonest = max(SOONEST, context.profile.scrape_interval, key=lambda span: span.ms)
    try:
        refresh = Duration.parse(dashboard.refresh)
    except MixwrightError:
        return
    if 0 < refresh.ms < soonest.ms:
        yield Finding(f"asks for everything again each `{refresh}`; `{soonest}` is soon enough")
