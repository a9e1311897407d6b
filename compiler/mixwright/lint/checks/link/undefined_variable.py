"""A link that uses a variable which its own dashboard does not have.

## Why is this bad?
Grafana leaves `$name` in the address as it stands, and the target looks for something called `$name`.

## Use instead
A variable of this dashboard, or a label or column of what is clicked: `${__field.labels.instance}`,
`${__data.fields.Instance}`.

## Upstream
https://grafana.com/docs/grafana/latest/panels-visualizations/configure-data-links/
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
        {"title": "Queues", "uid": "queues", "panels": [], "templating": {"list": [
           {"name": "cluster", "type": "textbox"}]},
         "links": [{"type": "link", "title": "Self", "url": "/d/queues?var-cluster=$clutser"}]}
        """,
        "link `Self` uses `$clutser`, which this dashboard does not have; did you mean `$cluster`?",
    ),
)


@check(on=RenderedLink, severity="error")
def undefined_variable(link: RenderedLink, context: Context) -> Iterator[Finding]:
    """Look every variable of the address up on the dashboard."""
    known = context.file.defined if context.file is not None else ()
    for name in link.mentioned:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"; did you mean `${near[0]}`?" if near else ""
            yield Finding(
                f"link `{link.title}` uses `${name}`, which this dashboard does not have{hint}"
            )
