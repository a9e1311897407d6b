"""A link that uses what only Grafana's old table panel understood.

## Why is this bad?
`$__cell` and `$__cell_2` were replaced by the Angular table. Since that is gone they stay in the address
as they stand.

## Use instead
`${__value.text}` for the cell, `${__data.fields.NAME}` or `${__data.fields[2]}` for another column.

## Upstream
https://grafana.com/docs/grafana/latest/panels-visualizations/configure-data-links/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedLink
from mixwright.lint import Bad, Context, Finding, Good, check

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        """
        {"title": "Queues", "uid": "queues", "panels": [{"type": "table", "title": "Queues",
           "fieldConfig": {"defaults": {"links": [
             {"title": "Queue", "url": "/d/queues?var-queue=${__cell_1}"}]}}}]}
        """,
        "link `Queue` uses `$__cell_1`, which Grafana no longer replaces; "
        "write `${__data.fields[1]}`",
    ),
)


@check(on=RenderedLink, severity="error")
def dead_macro(link: RenderedLink, _context: Context) -> Iterator[Finding]:
    """Look for the macros of the old table."""
    for name in link.macros:
        if name.startswith("__cell"):
            column = name.removeprefix("__cell").strip("_:")
            now = f"${{__data.fields[{column}]}}" if column.isdigit() else "${__value.text}"
            yield Finding(
                f"link `{link.title}` uses `${name}`, which Grafana no longer replaces; write `{now}`"
            )
