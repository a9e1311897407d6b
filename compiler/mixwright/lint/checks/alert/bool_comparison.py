"""An alert on the 0 or 1 of a `bool` comparison.

## Why is this bad?
`bool` turns a filter into an answer: series that do not meet the condition stay, with the value 0. An
alert fires for every series there is, so it fires always.

## Use instead
The comparison without `bool`; or compare its answer: `sum(x > bool 5) > 2`.

## Upstream
https://cloudflare.github.io/pint/checks/alerts/comparison.html
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import ALERTS, AnyAlert, Bad, Context, Finding, Good, check
from mixwright.lint.conditions import unconditional
from mixwright.promql import Binary, walk

_ALERT = 'Alert("QueueLong", expr="%s", severity="ticket", hold="5m", summary="{{ $labels }}")'

EXAMPLES = (
    Good(_ALERT % "sum by (job) (queue_length > bool 100) > 2"),
    Bad(
        _ALERT % "queue_length > bool 100",
        "`queue_length > bool 100` is 0 or 1 and never nothing, so the alert always fires; "
        "drop `bool`",
    ),
)


@check(on=ALERTS, severity="error")
def bool_comparison(alert: AnyAlert, context: Context) -> Iterator[Finding]:
    """Look for `bool` in a part that has no condition."""
    part = unconditional(alert.expr, context.project.conditional)
    for node in walk(part, Binary) if part is not None else ():
        if node.bool_:
            yield Finding(
                f"`{node!s}` is 0 or 1 and never nothing, so the alert always fires; drop `bool`",
                node,
            )
