"""A regular expression that matches everything, or everything but nothing.

## Why is this bad?
`=~".*"` selects what would be selected without it, and `".+"` has a shorter and faster way to be said.

## Use instead
No matcher for `=~".*"`, `!=""` for `=~".+"`, `=""` for `!~".+"`.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/basics/#time-series-selectors
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.lint.fix import Fix
from mixwright.promql import Expr, Selector, walk
from mixwright.values import Matcher, MatchOp

EXAMPLES = (
    Good('up{job!=""}'),
    Good('up{job=~"api.*"}'),
    Bad('up{job=~".*"}', '`job=~".*"` matches everything; drop it'),
    Bad('up{job=~".+"}', '`job=~".+"` matches every text but the empty one; write `job!=""`'),
    Bad('up{job!~".+"}', '`job!~".+"` matches only the empty text; write `job=""`'),
)

_SAID = {
    (MatchOp.REGEX, ".*"): "matches everything; drop it",
    (MatchOp.REGEX, ".+"): "matches every text but the empty one; write `{}`",
    (MatchOp.NOT_REGEX, ".+"): "matches only the empty text; write `{}`",
}
_PLAIN = {MatchOp.REGEX: MatchOp.NOT_EQUAL, MatchOp.NOT_REGEX: MatchOp.EQUAL}


@check(on=Expr, severity="info")
def wildcard_regex(expr: Expr, _context: Context) -> Iterator[Finding]:
    """Look for the three patterns."""
    for selector in walk(expr, Selector):
        for matcher in selector.matchers:
            said = _SAID.get((matcher.op, matcher.value))
            if said is None:
                continue
            plain = Matcher(matcher.name, _PLAIN[matcher.op], "")
            fix = None
            if matcher.value == ".+":
                fix = Fix(matcher, plain)
            elif matcher.op is MatchOp.REGEX and selector.name is not None:
                fix = Fix(matcher, None)
            yield Finding(f"`{matcher}` {said.format(plain)}", selector, fix=fix)
