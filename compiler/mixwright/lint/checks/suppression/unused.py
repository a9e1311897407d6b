"""An `allow=` that silences nothing.

## Why is this bad?
The finding it was written for is gone. Left behind, it will silence the next one, which nobody has
thought about.

## Use instead
Remove the entry.

## Upstream
https://cloudflare.github.io/pint/ignoring.html
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.lint.runner import all_checks
from mixwright.lint.suppressions import Suppression

_ALERT = """
Alert(
    "Busy",
    expr="%s(requests_total[5m]) > 100",
    severity="ticket",
    hold="5m",
    summary="{{ $labels.instance }} is busy",
    allow={"alert/irate": "the hold is as short as the window"},
)
"""

EXAMPLES = (
    Good(_ALERT % "irate"),
    Bad(_ALERT % "rate", "`alert/irate` is allowed and does not occur; remove what allows it"),
)


@check(on=Suppression)
def unused(suppression: Suppression, _context: Context) -> Iterator[Finding]:
    """Look at what was not used; a code that no check has is another finding."""
    known = suppression.code in {check.code for check in all_checks()}
    if known and not suppression.used and not suppression.expired:
        yield Finding(f"`{suppression.code}` is allowed and does not occur; remove what allows it")
