"""A page that does not say what to do.

## Why is this bad?
Whoever is woken knows the system least at that hour. Without a runbook everyone finds out alone what
the alert means, whether it is urgent, and what helped last time.

## Use instead
`runbook="https://…"` on the alert, or `runbooks="https://…"` on the mixin for all of its alerts.

## Upstream
https://sre.google/workbook/on-call/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.model import Alert, Severity

_ALERT = """
Alert(
    "ApiDown",
    expr='avg_over_time(up{job="api"}[5m]) < 0.5',
    severity="%s",
    summary="{{ $labels.instance }} is down",%s
)
"""

EXAMPLES = (
    Good(_ALERT % ("page", '\n    runbook="https://example.com/ApiDown",')),
    Good(_ALERT % ("ticket", "")),
    Bad(_ALERT % ("page", ""), "a page needs a runbook; give the alert `runbook=`"),
)


@check(on=Alert)
def page_without_runbook(alert: Alert, _context: Context) -> Iterator[Finding]:
    """Look for the address among what the alert says."""
    if alert.severity is Severity.PAGE and not alert.annotations.get("runbook_url"):
        yield Finding("a page needs a runbook; give the alert `runbook=`")
