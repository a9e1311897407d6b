"""A query, title or legend that uses a variable which its dashboard does not have.

## Why is this bad?
Grafana sends `$name` to Prometheus as it stands. Nothing is called so, and the panel is empty.

## Use instead
A variable of this dashboard or of a level above: `per=`, `variables=`.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/variables/
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedPanel, mentioned
from mixwright.lint import Bad, Context, Finding, Good, check

_DASHBOARD = """
Dashboard(
    "Queue",
    description="How long is the queue?",
    variables=Variable("team", of="queue_length"),
    panels=Panel(
        "Queue",
        'queue_length{team="%s"}',
        unit="short",
        description="Jobs that wait.",
    ),
)
"""

EXAMPLES = (
    Good(_DASHBOARD % "$team"),
    Bad(_DASHBOARD % "$teem", "the dashboard has no variable `$teem`; did you mean `$team`?"),
)


@check(on=RenderedPanel, severity="error")
def undefined_variable(panel: RenderedPanel, context: Context) -> Iterator[Finding]:
    """Look every variable up that a query, the title, a legend or the repetition mentions."""
    if context.file is None:
        return
    known = context.file.defined
    texts = [panel.title, *(text for query in panel.queries for text in (query.text, query.legend))]
    names = (*mentioned(*texts), *filter(None, (panel.repeat, panel.row_repeat)))
    for name in dict.fromkeys(names):
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean `${near[0]}`?" if near else "add it, or write its value"
            yield Finding(f"the dashboard has no variable `${name}`; {hint}")
