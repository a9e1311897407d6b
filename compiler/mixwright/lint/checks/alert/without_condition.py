"""An alert whose expression, or one side of its `or`, returns series whatever their values.

## Why is this bad?
An alert fires for every series that its expression returns. Without a comparison it fires for all of
them, always, and is soon muted together with everything else.

## Use instead
A comparison, `absent()`, or a recording rule that has one.

## Upstream
https://cloudflare.github.io/pint/checks/alerts/comparison.html
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import ALERTS, AnyAlert, Bad, Context, Finding, Good, check
from mixwright.lint.conditions import unconditional
from mixwright.promql import Binary, Call, walk

_ALERT = 'Alert("QueueLong", expr="%s", severity="ticket", hold="5m", summary="{{ $labels }}")'

EXAMPLES = (
    Good(_ALERT % "queue_length > 100"),
    Good(_ALERT % "vector(1)"),
    Good(_ALERT % "count by (job) (up == 0)"),
    Good(_ALERT % "queue_length and on () hour() > 7"),
    Good(_ALERT % "sum by (job) (queue_length > 100) or absent(queue_length)"),
    Bad(_ALERT % "sum by (job) (queue_length)", "`sum by (job) (queue_length)` has no condition"),
    Bad(_ALERT % "queue_length > 100 or queue_stuck", "`queue_stuck` has no condition"),
)


@check(on=ALERTS, severity="error")
def without_condition(alert: AnyAlert, context: Context) -> Iterator[Finding]:
    """Look for a part that keeps every series; `bool` has a check of its own.

    `vector(1)` as a whole is a heartbeat, whose silence is the alarm.
    """
    if isinstance(alert.expr, Call) and alert.expr.function == "vector":
        return
    part = unconditional(alert.expr, context.project.conditional)
    if part is not None and not any(node.bool_ for node in walk(part, Binary)):
        yield Finding(f"`{part!s}` has no condition", part)
