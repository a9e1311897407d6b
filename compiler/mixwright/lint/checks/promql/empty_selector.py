"""A matcher that no value satisfies.

## Why is this bad?
`!~".*"` excludes every text, the empty one too. The selector matches nothing, ever.

## Use instead
`!~".+"` or `=""` for series without the label, `!=""` for those with it; or the pattern that was meant.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/basics/#time-series-selectors
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Expr, Selector, walk
from mixwright.values import MatchOp

EXAMPLES = (
    Good('up{job!~"api.*"}'),
    Bad(
        'rate(notifications_failed_total{integration!~".*"}[5m])',
        '`integration!~".*"` excludes every value, so that nothing is selected',
    ),
)


@check(on=Expr, severity="error")
def empty_selector(expr: Expr, _context: Context) -> Iterator[Finding]:
    """Look for the pattern."""
    for selector in walk(expr, Selector):
        for matcher in selector.matchers:
            if matcher.op is MatchOp.NOT_REGEX and matcher.value == ".*":
                yield Finding(
                    f"`{matcher}` excludes every value, so that nothing is selected", selector
                )
