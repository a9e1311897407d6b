"""A panel without a description.

## Why is this bad?
The title says what is drawn. It does not say what a good value looks like, or what to look at next,
and that is what somebody who seldom sees the dashboard needs to know.

## Use instead
`description`, one or two sentences: what it means, what is normal, what to do when it is not.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/best-practices/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedPanel
from mixwright.lint import Bad, Context, Finding, Good, check

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait to be taken.")'),
    Good('Panel("Read me", kind=panels.Text("How to read this dashboard."))'),
    Bad(
        'Panel("Queue", "queue_length", unit="short")',
        "no description says what a good value looks like",
    ),
)


_SAYING = frozenset({"dashlist", "news", "text", "welcome"})
"""Panels that say themselves what they are."""


@check(on=RenderedPanel, severity="info")
def missing_description(panel: RenderedPanel, _context: Context) -> Iterator[Finding]:
    """Look for the text."""
    if panel.kind not in _SAYING and not panel.description.strip():
        yield Finding("no description says what a good value looks like")
