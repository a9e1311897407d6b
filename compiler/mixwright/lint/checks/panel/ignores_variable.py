"""A panel that does not change with what nearly all others on its dashboard change with.

## Why is this bad?
The reader chooses one cluster and reads a panel that still adds up all of them.

## Use instead
The variable as a matcher on every selector: `cluster=~"$cluster"`; in definitions `per` puts it there. A title that
says so where all is meant.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/best-practices/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedPanel, RenderedQuery, mentioned
from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Selector, walk

_PANELS = ", ".join(
    f'{{"type": "stat", "title": "{n}", "targets": [{{"expr": "up{{job=~\\"$job\\"}} + {n}"}}]}}'
    for n in range(5)
)

EXAMPLES = (
    Good('Panel("Queue", "queue_length", unit="short", description="Jobs that wait.")'),
    Bad(
        f"""
        {{"title": "Queues", "uid": "a", "templating": {{"list": [
            {{"name": "job", "type": "query", "query": "label_values(up, job)"}}]}}, "panels": [{_PANELS},
          {{"type": "stat", "title": "All", "targets": [{{"refId": "A", "expr": "sum(up)"}}]}}]}}
        """,
        "does not change with `$job`, as 5 of the 6 panels here do",
    ),
)

NEARLY_ALL = 0.8


@check(on=RenderedPanel, severity="info")
def ignores_variable(panel: RenderedPanel, context: Context) -> Iterator[Finding]:
    """Look for selectors without a variable that filters most of the dashboard's panels."""
    own = _filters(panel)
    if context.file is None or own is None:
        return
    others = [found for other in context.file.panels if (found := _filters(other)) is not None]
    for variable in context.file.variables:
        if variable.kind != "query" or variable.hidden or variable.name in own:
            continue
        with_it = sum(variable.name in found for found in others)
        if with_it >= NEARLY_ALL * len(others) and with_it > 1:
            yield Finding(
                f"does not change with `${variable.name}`, "
                f"as {with_it} of the {len(others)} panels here do"
            )


def _filters(panel: RenderedPanel) -> frozenset[str] | None:
    """Return the variables that every query of a panel filters by; None without queries."""
    found = [_mentioned(query) for query in panel.shown if query.expr is not None]
    return frozenset.intersection(*found) if found else None


def _mentioned(query: RenderedQuery) -> frozenset[str]:
    selectors = walk(query.expr, Selector) if query.expr is not None else ()
    in_matchers = (matcher.value for one in selectors for matcher in one.matchers)
    return frozenset(mentioned(*in_matchers, query.text))
