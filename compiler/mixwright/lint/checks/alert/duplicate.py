"""Two alerts with the same expression and the same severity.

## Why is this bad?
Whenever one fires so does the other: two notifications for one thing. Mostly one was copied to start
another and the expression was forgotten.

## Use instead
One alert. The same condition at another severity, held longer, is an escalation and is fine.

## Upstream
https://cloudflare.github.io/pint/checks/rule/duplicate.html
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import ALERTS, AnyAlert, Bad, Context, Finding, Good, check

_GROUP = """
RuleGroup(
    "queue",
    rules=(
        Alert(
            "QueueLong",
            expr="queue_length > 100",
            severity="ticket",
            hold="5m",
            summary="{{ $labels.instance }} has a long queue",
        ),
        Alert(
            "QueueTooLong",
            expr="queue_length > 100",
            severity="%s",
            hold="1h",
            summary="{{ $labels.instance }} has a long queue",
        ),
    ),
)
"""

EXAMPLES = (
    Good(_GROUP % "log"),
    Bad(_GROUP % "ticket", "fires whenever `QueueLong` does; keep one of them"),
)


@check(on=ALERTS)
def duplicate(alert: AnyAlert, context: Context) -> Iterator[Finding]:
    """Compare with the alerts of the mixin that come before."""
    for other in context.mixin.alerts():
        if other is alert:
            return
        if other.expr == alert.expr and other.labels == alert.labels:
            yield Finding(f"fires whenever `{other.name}` does; keep one of them")
            return
