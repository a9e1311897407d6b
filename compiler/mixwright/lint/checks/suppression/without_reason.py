"""An `allow=` without a reason.

## Why is this bad?
Whoever comes next cannot tell whether the finding was thought about or swept away, and does not dare
to remove the entry.

## Use instead
One sentence: why it is right here.

## Upstream
https://cloudflare.github.io/pint/ignoring.html
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.lint.suppressions import Suppression

_ALERT = """
Alert(
    "Busy",
    expr="irate(requests_total[5m]) > 100",
    severity="ticket",
    hold="5m",
    summary="{{ $labels.instance }} is busy",
    allow={"alert/irate": "%s"},
)
"""

EXAMPLES = (
    Good(_ALERT % "the hold is as short as the window"),
    Bad(_ALERT % "", "`alert/irate` is allowed without a reason; say why it is right here"),
)


@check(on=Suppression)
def without_reason(suppression: Suppression, _context: Context) -> Iterator[Finding]:
    """Look at the text."""
    if not suppression.reason.strip():
        yield Finding(f"`{suppression.code}` is allowed without a reason; say why it is right here")
