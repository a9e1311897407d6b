"""An alert on `irate()`.

## Why is this bad?
`irate()` looks at the last two samples only. A brief dip, or one scrape in which nothing happened,
makes the condition false for a moment and resets the hold.

## Use instead
`rate()` over a few minutes.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/functions/#irate
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import ALERTS, AnyAlert, Bad, Context, Finding, Good, check
from mixwright.promql import Call, walk

_ALERT = 'Alert("Busy", expr="%s", severity="ticket", hold="5m", summary="{{ $labels }}")'

EXAMPLES = (
    Good(_ALERT % "rate(requests_total[5m]) > 100"),
    Bad(
        _ALERT % "irate(requests_total[5m]) > 100",
        "`irate()` sees two samples, and one of them resets the hold; use `rate()`",
    ),
)


@check(on=ALERTS)
def irate(alert: AnyAlert, _context: Context) -> Iterator[Finding]:
    """Look for the function."""
    for call in walk(alert.expr, Call):
        if call.function == "irate":
            yield Finding(
                "`irate()` sees two samples, and one of them resets the hold; use `rate()`", call
            )
