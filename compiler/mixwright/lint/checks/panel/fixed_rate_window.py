"""A rate over a window that does not follow the page.

## Why is this bad?
On a page of a week, `[1m]` looks at one minute of every hour and misses what happened in the others. Where targets are
scraped each minute, it shows nothing at all.

## Use instead
`[$__rate_interval]`: as wide as the step, and never too short for the scrape interval.

## Upstream
https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/#use-__rate_interval
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import Parsed, RenderedPanel
from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Call, Range, walk
from mixwright.values import Duration

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        """
        {"title": "Queues", "uid": "a", "panels": [{"type": "timeseries", "title": "Queue",
           "targets": [{"refId": "A", "expr": "rate(a_total[1m])"}]}]}
        """,
        "`rate()` over `1m` however wide the page is; write `[$__rate_interval]`",
    ),
)

_LONGEST = Duration.parse("5m")
"""Longer windows are meant: a rate over hours is another question."""


@check(on=RenderedPanel)
def fixed_rate_window(panel: RenderedPanel, _context: Context) -> Iterator[Finding]:
    """Look for windows of `rate` and `irate` that are a number."""
    for query in panel.queries:
        if not isinstance(query.parsed, Parsed):
            continue
        for call in walk(query.parsed.expr, Call):
            match call:
                case Call("rate" | "irate" as function, (Range(_, window),)):
                    if window <= _LONGEST and not query.parsed.variable_of(window):
                        yield Finding(
                            f"`{function}()` over `{window}` however wide the page is; "
                            "write `[$__rate_interval]`",
                            call,
                        )
