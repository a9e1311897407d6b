"""A panel with more queries than anybody can tell apart.

## Why is this bad?
Every query brings its series, its colours and its lines of legend. Beyond half a dozen a panel is a
bundle of lines that is looked at and not read, and each costs a query at every refresh.

## Use instead
Several panels, one query `by` a label, or a drill-down.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/best-practices/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedPanel
from mixwright.lint import Bad, Context, Finding, Good, check

_PANEL = """
Panel(
    "Queues",
    tuple(f"queue_{number}_length" for number in range(%d)),
    unit="short",
    description="Jobs that wait.",
)
"""

EXAMPLES = (
    Good(_PANEL % 6),
    Bad(_PANEL % 7, "7 queries are more than a reader tells apart; show 6 or fewer"),
)

MOST = 6


@check(on=RenderedPanel, severity="info")
def too_many_queries(panel: RenderedPanel, _context: Context) -> Iterator[Finding]:
    """Count the queries that are shown; a table has a column for each."""
    if panel.kind != "table" and len(panel.shown) > MOST:
        yield Finding(
            f"{len(panel.shown)} queries are more than a reader tells apart; show {MOST} or fewer"
        )
