"""A recorded series selected by a label that its recording rule does not keep.

## Why is this bad?
The selector matches nothing: no recorded series has the label. On a dashboard the panel stays empty,
an alert on it never fires.

## Use instead
Keep the label in the recording rule's aggregation, or drop the matcher.

## Upstream
https://prometheus.io/docs/practices/rules/#aggregation
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Expr, Selector, walk

_MIXIN = """
Mixin(
    "web",
    version="1.0.0",
    rules=RuleGroup(
        "web",
        rules=Recording("job:requests:rate5m", expr="sum by (job) (rate(requests_total[5m]))"),
    ),
    dashboards=Dashboard(
        "Web",
        description="How much traffic is there?",
        panels=Panel(
            "Requests",
            'job:requests:rate5m{%s="a"}',
            unit="reqps",
            description="Requests per second.",
        ),
    ),
)
"""

EXAMPLES = (
    Good(_MIXIN % "job"),
    Bad(
        _MIXIN % "zone",
        "`job:requests:rate5m` has no `zone` to match: `sum by (job)` keeps only `job`",
    ),
)


@check(on=Expr, severity="error")
def impossible_matcher(expr: Expr, context: Context) -> Iterator[Finding]:
    """Look for matchers that need a label which the recording rule drops."""
    for selector in walk(expr, Selector):
        recorded = context.project.recorded.get(selector.name or "")
        if recorded is None:
            continue
        for matcher in selector.matchers:
            if not recorded.possible(matcher.name) and not matcher.matches(""):
                yield Finding(
                    f"`{selector.name}` has no `{matcher.name}` to match: "
                    f"{recorded.fate(matcher.name).reason}",
                    selector,
                )
