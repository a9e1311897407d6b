"""An `allow=` for a code that no check has.

## Why is this bad?
It silences nothing. The code is misspelt, or the check was renamed.

## Use instead
The code as it stands in brackets behind the finding.

## Upstream
https://cloudflare.github.io/pint/ignoring.html
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.lint.runner import all_checks, did_you_mean
from mixwright.lint.suppressions import Suppression

_ALERT = """
Alert(
    "Busy",
    expr="%s(requests_total[5m]) > 100",
    severity="ticket",
    hold="5m",
    summary="{{ $labels.instance }} is busy",
    allow={"%s": "the hold is as short as the window"},
)
"""

EXAMPLES = (
    Good(_ALERT % ("irate", "alert/irate")),
    Bad(
        _ALERT % ("rate", "promql/irate"), "no check is `promql/irate`; did you mean `alert/irate`?"
    ),
)


@check(on=Suppression)
def unknown_code(suppression: Suppression, _context: Context) -> Iterator[Finding]:
    """Look the code up."""
    if suppression.code not in {check.code for check in all_checks()}:
        hint = did_you_mean(suppression.code)
        yield Finding(f"no check is `{suppression.code}`{'; ' + hint if hint else ''}")
