"""A link that takes a value from a column which its table does not have.

## Why is this bad?
Grafana leaves `${__data.fields.Name}` in the address as it stands.

## Use instead
A column as the panel shows it, after its transformations have renamed it.

## Upstream
https://grafana.com/docs/grafana/latest/panels-visualizations/configure-data-links/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedLink, RenderedPanel
from mixwright.lint import Bad, Context, Finding, Good, check

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        """
        {"title": "Queues", "uid": "queues", "panels": [{"type": "table", "title": "Queues",
           "targets": [{"expr": "max by (queue) (queue_length)", "format": "table"}],
           "fieldConfig": {"defaults": {"links": [
             {"title": "Self", "url": "/d/queues?var-x=${__data.fields.Queue}"}]}}}]}
        """,
        "link `Self` takes the column `Queue`, which the panel does not have",
    ),
)

_FIELD = re.compile(r"__data\.fields(?:\.(\w+)|\[\"([^\"]+)\"\]|\['([^']+)'\])")
_KNOWN = frozenset({"organize", "merge", "joinByField", "sortBy", "filterFieldsByName", "limit"})
"""Transformations that make no columns but those they name, and the labels that were there."""


@check(on=RenderedLink, severity="error")
def unknown_column(link: RenderedLink, context: Context) -> Iterator[Finding]:
    """Compare the columns of the address with labels, and with the names that the panel gives."""
    panel = context.drawn
    if panel is None or not panel.shown or not _KNOWN.issuperset(panel.transformations):
        return
    if any(query.language != "promql" or query.expr is None for query in panel.shown):
        return
    renamed = dict(_renamed(panel))
    for found in _FIELD.finditer(link.url):
        column = next(filter(None, found.groups()))
        label = renamed.get(column, column)
        if column in ("Time", "name") or label.startswith("Value") or label == "__name__":
            continue
        exprs = (query.expr for query in panel.shown if query.expr is not None)
        if not any(context.labels(expr).possible(label) for expr in exprs):
            yield Finding(
                f"link `{link.title}` takes the column `{column}`, which the panel does not have"
            )


def _renamed(panel: RenderedPanel) -> Iterator[tuple[str, str]]:
    """Yield the columns' new names and their old ones."""
    for step in panel.place.objects("transformations"):
        names = step.object("options").get("renameByName")
        for old, new in names.items() if isinstance(names, dict) else ():
            yield str(new), str(old)
    for override in panel.place.object("fieldConfig").objects("overrides"):
        old = override.object("matcher").get("options")
        for change in override.objects("properties"):
            if change.get("id") == "displayName":
                yield str(change.get("value")), str(old)
