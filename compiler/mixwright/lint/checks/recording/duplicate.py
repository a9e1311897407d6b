"""Two recording rules that record the same series.

## Why is this bad?
The second one to run is refused as a duplicate sample, or the two overwrite each other in turn; the
result depends on which group runs first.

## Use instead
One rule; a label on each when both are needed.

## Upstream
https://cloudflare.github.io/pint/checks/rule/duplicate.html
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import RECORDINGS, AnyRecording, Bad, Context, Finding, Good, check

_MIXIN = """
Mixin(
    "web",
    version="1.0.0",
    rules=RuleGroup(
        "web",
        rules=(
            Recording("job:requests:rate5m", expr="sum by (job) (rate(requests_total[5m]))"),
            Recording("job:requests:rate5m", expr="sum by (job) (rate(requests_total[5m]))"%s),
        ),
    ),
    dashboards=Dashboard(
        "Web",
        description="How much traffic is there?",
        panels=Panel(
            "Requests",
            "job:requests:rate5m",
            unit="reqps",
            description="Requests per second.",
        ),
    ),
)
"""

EXAMPLES = (
    Good(_MIXIN % ', labels={"method": "all"}'),
    Bad(_MIXIN % "", "`job:requests:rate5m` is recorded twice, by the same expression; keep one"),
)


@check(on=RECORDINGS, severity="error")
def duplicate(rule: AnyRecording, context: Context) -> Iterator[Finding]:
    """Compare with the rules of this name that come before, in all mixins."""
    for group, other in context.project.recordings[rule.name]:
        if other is rule and group is context.group:
            return
        if (other.labels, other.expr) == (rule.labels, rule.expr):
            yield Finding(f"`{rule.name}` is recorded twice, by the same expression; keep one")
            return
