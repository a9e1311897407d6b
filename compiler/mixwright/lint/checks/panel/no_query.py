"""A panel that asks nothing.

## Why is this bad?
It says "No data", at all times.

## Use instead
A query, or no panel.

## Upstream
https://grafana.com/docs/grafana/latest/panels-visualizations/query-transform-data/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedPanel
from mixwright.lint import Bad, Context, Finding, Good, check

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        '{"title": "Queues", "uid": "a", "panels": [{"type": "stat", "title": "Queue"}]}',
        "the panel has no query",
    ),
)

_QUIET = frozenset(
    {
        *("alertlist", "annolist", "canvas", "dashlist", "datagrid", "gettingstarted", "geomap"),
        *("library-panel-ref", "news", "nodeGraph", "row", "text", "traces", "welcome"),
    }
)


@check(on=RenderedPanel)
def no_query(panel: RenderedPanel, _context: Context) -> Iterator[Finding]:
    """Look at panels that need one; what a library or another panel gives is not seen here."""
    shared = "libraryPanel" in panel.content or panel.data_source == "-- Dashboard --"
    if panel.kind and panel.kind not in _QUIET and not panel.queries and not shared:
        yield Finding("the panel has no query")
