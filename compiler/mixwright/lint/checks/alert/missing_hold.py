"""An alert that fires at the first sample.

## Why is this bad?
One failed scrape, one restart or one odd value is enough to wake somebody. `absent()` even fires
whenever Prometheus itself starts, before the first scrape.

## Use instead
`hold="5m"` or so, or an expression that looks over a window itself, such as a rate or an average.

## Upstream
https://cloudflare.github.io/pint/checks/alerts/absent.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mixwright.lint import ALERTS, PAGING, AnyAlert, Bad, Context, Finding, Good, check
from mixwright.promql import Binary, Call, Expr, Range, Selector, Subquery, children, walk
from mixwright.values import Duration

_ALERT = """
Alert(
    "ApiDown",
    expr='%s',
    severity="%s",
    hold="%s",
    summary="{{ $labels.job }} is down",
    runbook="https://example.com/ApiDown",
)
"""

EXAMPLES = (
    Good(_ALERT % ('up{job="api"} == 0', "page", "5m")),
    Good(_ALERT % ('up{job="api"} == 0', "ticket", "0s")),
    Good(_ALERT % ("time() - backup_timestamp_seconds > 86400", "page", "0s")),
    Good(_ALERT % ("certificate_ttl_seconds < 86400", "page", "0s")),
    Good(_ALERT % ('avg_over_time(up{job="api"}[5m]) < 0.5', "page", "0s")),
    Bad(
        _ALERT % ('up{job="api"} == 0', "page", "0s"),
        '`up{job="api"}` pages at the first sample; give the alert a `hold=`',
    ),
    Bad(
        _ALERT % ('absent(up{job="api"})', "ticket", "0s"),
        '`absent(up{job="api"})` fires whenever Prometheus starts; hold it for `30s` or more',
    ),
)


@check(on=ALERTS)
def missing_hold(alert: AnyAlert, context: Context) -> Iterator[Finding]:
    """Look for `absent()` held shorter than two scrapes, and for pages on single samples."""
    two_scrapes = Duration(2 * context.profile.scrape_interval.ms)
    if alert.hold < two_scrapes:
        for call in walk(alert.expr, Call):
            if call.function == "absent":
                yield Finding(
                    f"`{call!s}` fires whenever Prometheus starts; hold it for `{two_scrapes}` or more",
                    call,
                )
                return
    if alert.labels.get("severity") in PAGING and alert.hold.ms == 0:
        for selector in _instants(alert.expr, context):
            yield Finding(
                f"`{selector!s}` pages at the first sample; give the alert a `hold=`", selector
            )
            return


_STEADY = re.compile(r"_ttl_|expir|_timestamp_|_valid_|_not_after")


def _instants(expr: Expr, context: Context) -> Iterator[Selector]:
    """Yield selectors whose single sample decides, unless a recording rule has smoothed it."""
    match expr:
        case Range() | Subquery() | Call("absent"):
            return
        case Selector(name):
            rules = context.project.recordings.get(name or "", ())
            # What counts down steadily, no single sample makes short.
            steady = _STEADY.search(name or "")
            if not steady and not any(list(walk(rule.expr, Range)) for _, rule in rules):
                yield expr
        case Binary("-", Call("time"), _):
            # An age grows steadily; no single sample makes it long.
            return
        case Binary("and" | "unless", left, _):
            # What narrows the condition is not what fires.
            yield from _instants(left, context)
        case _:
            for child in children(expr):
                yield from _instants(child, context)
