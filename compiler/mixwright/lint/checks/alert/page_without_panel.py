"""A page that no panel shows.

## Why is this bad?
The first question after a page is how it looks, and since when. Without a panel there is no link to
follow; people search through dashboards while the clock runs.

## Use instead
`Panel(…, alert=the_alert)`: the panel draws the threshold, the alert links to the panel.

## Upstream
https://grafana.com/docs/grafana/latest/dashboards/build-dashboards/best-practices/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.model import Alert, Severity

_MIXIN = """
down = Alert(
    "ApiDown",
    expr='up{job="api"} == 0',
    severity="page",
    hold="5m",
    summary="{{ $labels.instance }} is down",
)
Mixin(
    "api",
    version="1.0.0",
    runbooks="https://example.com",
    rules=RuleGroup("api", rules=down),
    dashboards=Dashboard(
        "API",
        description="Is the API up?",
        panels=Panel(
            "Up",
            'up{job="api"}',
            unit="bool_yes_no",
            description="Whether the last scrape succeeded.",%s
        ),
    ),
)
"""

EXAMPLES = (
    Good(_MIXIN % "\n            alert=down,"),
    Bad(_MIXIN % "", "no panel shows this page; give the one that should `alert=`"),
)


@check(on=Alert)
def page_without_panel(alert: Alert, context: Context) -> Iterator[Finding]:
    """Look for the link that a panel gives to its alert; a mixin of rules only is left alone."""
    shown = "__panelId__" in alert.annotations
    if alert.severity is Severity.PAGE and context.mixin.dashboards and not shown:
        yield Finding("no panel shows this page; give the one that should `alert=`")
