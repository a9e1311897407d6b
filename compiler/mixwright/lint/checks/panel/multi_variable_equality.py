"""A variable of several values compared with `=`.

## Why is this bad?
With two values chosen, or `All`, Grafana writes `a|b`. `=` looks for a label of exactly that text, and
the panel is empty.

## Use instead
`=~"$name"`.

## Upstream
https://grafana.com/docs/grafana/latest/datasources/prometheus/template-variables/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.dashboardfiles import RenderedPanel, mentioned
from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Selector, walk
from mixwright.values import MatchOp

_DASHBOARD = """
Dashboard(
    "Queue",
    description="How long is the queue?",
    variables=Variable("team", of="queue_length", multi=True),
    panels=Panel(
        "Queue",
        'queue_length{team%s"$team"}',
        unit="short",
        description="Jobs that wait.",
    ),
)
"""

EXAMPLES = (
    Good(_DASHBOARD % "=~"),
    Bad(_DASHBOARD % "=", '`$team` may be several values; write `team=~"$team"`'),
)

_PATTERN = {MatchOp.EQUAL: "=~", MatchOp.NOT_EQUAL: "!~"}


@check(on=RenderedPanel, severity="error")
def multi_variable_equality(panel: RenderedPanel, context: Context) -> Iterator[Finding]:
    """Look for `=` and `!=` against a variable that may be several values, or All."""
    if context.file is None:
        return
    several = {v.name for v in context.file.variables if v.multi or v.include_all}
    # A panel that is repeated for each value has one.
    several -= {panel.repeat, panel.row_repeat}
    for query in panel.queries:
        for selector in walk(query.expr, Selector) if query.expr is not None else ():
            for matcher in selector.matchers:
                operator = _PATTERN.get(matcher.op)
                names = several.intersection(mentioned(matcher.value))
                if operator is not None and names:
                    yield Finding(
                        f"`${min(names)}` may be several values; "
                        f'write `{matcher.name}{operator}"{matcher.value}"`',
                        selector,
                    )
