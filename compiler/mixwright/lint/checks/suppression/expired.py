"""A suppression whose last day has passed.

## Why is this bad?
It was meant for a while. What it silenced is told again from that day on.

## Use instead
Mend what it silenced, or think about it once more and write another day.

## Upstream
https://cloudflare.github.io/pint/ignoring.html
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.lint.suppressions import Suppression

_ALERT = """
Alert(
    "Busy",
    expr="irate(requests_total[5m]) > 100",
    severity="ticket",
    hold="5m",
    summary="{{ $labels.instance }} is busy",
    allow={"alert/irate": "until %s: the new exporter comes with the next release"},
)
"""

EXAMPLES = (
    Good(_ALERT % "9999-12-31"),
    Bad(
        _ALERT % "2024-01-31",
        "`alert/irate` was allowed until `2024-01-31`; mend it, or decide once more",
    ),
    Bad(
        _ALERT % "summer",
        "`alert/irate` is allowed until `summer`, which is not a day; write `2027-01-31`",
    ),
)


@check(on=Suppression)
def expired(suppression: Suppression, _context: Context) -> Iterator[Finding]:
    """Compare the last day with today."""
    until = suppression.until
    if until is None:
        return
    if suppression.expired:
        yield Finding(
            f"`{suppression.code}` was allowed until `{until}`; mend it, or decide once more"
        )
    elif not _is_day(until):
        yield Finding(
            f"`{suppression.code}` is allowed until `{until}`, which is not a day; "
            "write `2027-01-31`"
        )


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
