"""A level below that no panel leads to with its variable filled in.

## Why is this bad?
Only the link in the header leads down, and it cannot know which instance, disk or service was meant:
the reader starts again with whatever comes first in the list.

## Use instead
A panel whose series have the label that the level below is `per`: `by (instance)`.

## Upstream
https://grafana.com/docs/grafana/latest/panels-visualizations/configure-data-links/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.model import Dashboard

_DASHBOARD = """
Dashboard(
    "Queues",
    description="Do jobs wait?",
    panels=Panel("Queues", "%s", unit="short", description="Jobs that wait."),
    children=Dashboard(
        "Queue",
        description="Why do jobs of this queue wait?",
        per=Variable("queue", of="queue_length"),
        panels=Panel("Queue", "queue_length", unit="short", description="Jobs that wait."),
    ),
)
"""

EXAMPLES = (
    Good(_DASHBOARD % "max by (queue) (queue_length)"),
    Bad(
        _DASHBOARD % "max(queue_length)",
        "no panel leads down to `Queue`: none has series with `queue`; show one `by (queue)`",
    ),
)


@check(on=Dashboard)
def no_drill_down(dashboard: Dashboard, _context: Context) -> Iterator[Finding]:
    """Look for a panel's link to every child that adds a variable."""
    linked = {link.uid for panel in dashboard.all_panels() for link in panel.links}
    here = {variable.name for variable in dashboard.chain}
    for child in dashboard.children:
        if not isinstance(child, Dashboard) or child.uid in linked:
            continue
        new = [variable.name for variable in child.chain if variable.name not in here]
        if new:
            yield Finding(
                f"no panel leads down to `{child.title}`: none has series with "
                f"{', '.join(f'`{name}`' for name in new)}; show one `by ({', '.join(new)})`"
            )
