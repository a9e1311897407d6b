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

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.lint.variables import mentioned
from mixwright.model import Panel
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


@check(on=Panel, severity="error")
def multi_variable_equality(panel: Panel, context: Context) -> Iterator[Finding]:
    """Look for `=` and `!=` against a variable that is `multi`."""
    dashboard = context.dashboard
    if dashboard is None:
        return
    several = {v.name for v in (*dashboard.chain, *dashboard.variables) if v.multi}
    for query in panel.show:
        for selector in walk(query.expr, Selector):
            for matcher in selector.matchers:
                operator = _PATTERN.get(matcher.op)
                names = several.intersection(mentioned(matcher.value))
                if operator is not None and names:
                    yield Finding(
                        f"`${min(names)}` may be several values; "
                        f'write `{matcher.name}{operator}"{matcher.value}"`',
                        selector,
                    )
