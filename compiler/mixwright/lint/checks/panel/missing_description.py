"""A panel without a description.

## Why is this bad?
The title says what is drawn. It does not say what a good value looks like, or what to look at next,
and that is what somebody who seldom sees the dashboard needs to know.

## Use instead
`description=`, one or two sentences: what it means, what is normal, what to do when it is not.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/best-practices/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.model import Panel

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait to be taken.")'),
    Good('Panel("Read me", kind=panels.Text("How to read this dashboard."))'),
    Bad(
        'Panel("Queue", "queue_length", unit="short")',
        "nothing says what a good value looks like; give the panel `description=`",
    ),
)


@check(on=Panel, severity="info")
def missing_description(panel: Panel, _context: Context) -> Iterator[Finding]:
    """Look for the text."""
    if panel.kind != "text" and not panel.description.strip():
        yield Finding("nothing says what a good value looks like; give the panel `description=`")
