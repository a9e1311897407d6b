"""A link that passes a variable which the target does not have.

## Why is this bad?
Grafana ignores it. What was clicked on is not what is shown.

## Use instead
The name of the target's variable.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/create-dashboard-url-variables/
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedLink
from mixwright.lint import Bad, Context, Finding, Good, check

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        """
        [{"title": "Queues", "uid": "queues", "panels": [],
          "links": [{"type": "link", "title": "Queue", "url": "/d/queue?var-queues=a"}]},
         {"title": "Queue", "uid": "queue", "panels": [], "templating": {"list": [
          {"name": "queue", "type": "textbox"}]}}]
        """,
        "link `Queue` passes `queues`, which `Queue` does not have; did you mean `queue`?",
    ),
)


@check(on=RenderedLink)
def unknown_variable(link: RenderedLink, context: Context) -> Iterator[Finding]:
    """Compare what is passed by name with what the target has."""
    target = context.bundle.target(link)
    for name in link.passed if target is not None else ():
        if target is not None and name not in target.variables_by_name:
            near = difflib.get_close_matches(name, list(target.variables_by_name), n=1)
            hint = f"; did you mean `{near[0]}`?" if near else ""
            yield Finding(
                f"link `{link.title}` passes `{name}`, which `{target.title}` does not have{hint}"
            )
