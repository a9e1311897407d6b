"""A query that Prometheus refuses.

## Why is this bad?
The panel shows an error, or nothing, for everybody at all times.

## Use instead
PromQL. A template that was not rendered, such as `%(selector)s`, is what is left of another tool.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/basics/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedPanel
from mixwright.errors import PromQLError
from mixwright.lint import Bad, Context, Finding, Good, check

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        """
        {"title": "Queues", "uid": "a", "panels": [{"type": "stat", "title": "Queue",
           "targets": [{"refId": "A", "expr": "rate(a * 8[$__rate_interval])"}]}]}
        """,
        "query A: `rate(a * 8[$__rate_interval])` is not PromQL: "
        "ranges only allowed for vector selectors",
    ),
)


@check(on=RenderedPanel, severity="error")
def broken_query(panel: RenderedPanel, _context: Context) -> Iterator[Finding]:
    """Parse every query, with dashboard variables put aside."""
    for query in panel.queries:
        if isinstance(query.parsed, PromQLError):
            message = query.parsed.message.splitlines()[0]
            yield Finding(f"query {query.ref or '?'}: {message}")
