"""A variable that is shown by its technical name.

## Why is this bad?
The reader sees `ds_prom` or `node_name_filter` above the panels and has to guess.

## Use instead
`label`: `Data source`, `Node`.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/variables/add-template-variables/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedVariable
from mixwright.lint import Bad, Context, Finding, Good, check

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        """
        {"title": "Queues", "uid": "queues", "panels": [], "templating": {"list": [
            {"name": "node_filter", "type": "textbox"}]}}
        """,
        "`$node_filter` has no label; give it `Node filter`",
    ),
)


@check(on=RenderedVariable, severity="info")
def missing_label(variable: RenderedVariable, _context: Context) -> Iterator[Finding]:
    """Look at names of more than one word, and at data sources."""
    technical = "_" in variable.name or variable.kind == "datasource"
    shown = not variable.hidden and variable.place.get("hide") != 1
    if technical and shown and not variable.label.strip():
        name = "Data source" if variable.kind == "datasource" else variable.name.replace("_", " ")
        yield Finding(f"`${variable.name}` has no label; give it `{name[:1].upper()}{name[1:]}`")
