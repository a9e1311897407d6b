"""A log query over a window that does not follow the page.

## Why is this bad?
On a page of a week, a window of one minute leaves out all between two points; on one of five minutes, a window of an
hour shows what was not asked for.

## Use instead
`[$__auto]`, which Grafana makes as wide as the step.

## Upstream
https://grafana.com/docs/grafana/latest/datasources/loki/template-variables/
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedPanel
from mixwright.lint import Bad, Context, Finding, Good, check

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        """
        {"title": "Queues", "uid": "a", "panels": [{"type": "timeseries", "title": "Log",
           "datasource": {"type": "loki", "uid": "$loki"},
           "targets": [{"refId": "A", "expr": "sum(rate({job=`a`}[1m]))"}]}]}
        """,
        "query A counts over `1m` however wide the page is; write `[$__auto]`",
    ),
)

_WINDOW = re.compile(r"[}\s)`\"]\[(\d+(?:ms|[smhdwy]))\]")


@check(on=RenderedPanel, severity="info")
def fixed_log_range(panel: RenderedPanel, _context: Context) -> Iterator[Finding]:
    """Look for windows with a number; one number asked for at one time is meant."""
    for query in panel.queries:
        if query.language == "logql" and not query.instant:
            for window in dict.fromkeys(_WINDOW.findall(query.text)):
                yield Finding(
                    f"query {query.ref or '?'} counts over `{window}` however wide the page is; "
                    "write `[$__auto]`"
                )
