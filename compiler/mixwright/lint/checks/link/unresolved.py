"""A link to a dashboard that is not there.

## Why is this bad?
Grafana answers with an empty page. Nobody notices before somebody follows the link, which is when
something is wrong.

## Use instead
The uid of a dashboard that ships together with this one. Lint both together when they lie in different
folders.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/manage-dashboard-links/
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedLink
from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.passes.home import UID

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        """
        [{"title": "Queues", "uid": "queues", "panels": [],
          "links": [{"type": "link", "title": "Queue", "url": "/d/one-queue/queue"}]},
         {"title": "Queue", "uid": "one-queue-1", "panels": []}]
        """,
        "link `Queue` leads to `one-queue`, which is not here; did you mean `one-queue-1`?",
    ),
)


@check(on=RenderedLink, severity="error")
def unresolved(link: RenderedLink, context: Context) -> Iterator[Finding]:
    """Look the target up among all dashboards that are linted together, and the home that a project gets."""
    if link.uid != UID and link.leads_to_dashboard and context.bundle.target(link) is None:
        target = link.uid or link.slug
        known = [file.uid for file in context.bundle.everything if file.uid]
        near = difflib.get_close_matches(target, known, n=1)
        hint = f"; did you mean `{near[0]}`?" if near else ""
        yield Finding(f"link `{link.title}` leads to `{target}`, which is not here{hint}")
