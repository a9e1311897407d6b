"""A query, title or legend that uses a variable which its dashboard does not have.

## Why is this bad?
Grafana sends `$name` to Prometheus as it stands. Nothing is called so, and the panel is empty.

## Use instead
A variable of this dashboard or of a level above: `per=`, `variables=`.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/variables/
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.lint.variables import defined, mentioned
from mixwright.model import Panel
from mixwright.promql import Selector, walk

_DASHBOARD = """
Dashboard(
    "Queue",
    description="How long is the queue?",
    variables=Variable("team", of="queue_length"),
    panels=Panel(
        "Queue",
        'queue_length{team="%s"}',
        unit="short",
        description="Jobs that wait.",
    ),
)
"""

EXAMPLES = (
    Good(_DASHBOARD % "$team"),
    Bad(_DASHBOARD % "$teem", "the dashboard has no variable `$teem`; did you mean `$team`?"),
)


@check(on=Panel, severity="error")
def undefined_variable(panel: Panel, context: Context) -> Iterator[Finding]:
    """Look every variable up that a matcher, a window, the title, a legend or a question to Loki mentions."""
    known = () if context.dashboard is None else defined(context.dashboard)
    texts = [panel.title, panel.legend, *(query.legend for query in panel.show)]
    texts += (query.expr for query in panel.logs)
    for query in panel.show:
        texts.append(query.window)
        for selector in walk(query.expr, Selector):
            texts += (matcher.value for matcher in selector.matchers)
    for name in dict.fromkeys(name for text in texts for name in mentioned(text)):
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f"did you mean `${near[0]}`?" if near else "give it `variables=`"
            yield Finding(f"the dashboard has no variable `${name}`; {hint}")
