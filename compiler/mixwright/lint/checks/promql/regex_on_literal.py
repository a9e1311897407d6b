"""A regular expression that matches exactly one text.

## Why is this bad?
`=~` with a plain word does what `=` does, but costs more and makes the reader look for the pattern.

## Use instead
`=` and `!=`.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/basics/#time-series-selectors
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.lint.fix import Fix
from mixwright.promql import Expr, Selector, walk
from mixwright.promql.labelflow import is_templated
from mixwright.values import Matcher, MatchOp

EXAMPLES = (
    Good('up{job=~"api|web"}'),
    Good('up{job="api"}'),
    Bad('up{job=~"api"}', '`job=~"api"` matches one text; write `job="api"`'),
    Bad('up{job!~"api"}', '`job!~"api"` matches one text; write `job!="api"`'),
)

_PLAIN = {MatchOp.REGEX: MatchOp.EQUAL, MatchOp.NOT_REGEX: MatchOp.NOT_EQUAL}
_METACHARACTER = re.compile(r"[.^$*+?()\[\]{}|\\]")


@check(on=Expr, severity="info")
def regex_on_literal(expr: Expr, _context: Context) -> Iterator[Finding]:
    """Look for patterns without any character that means something in a pattern."""
    for selector in walk(expr, Selector):
        for matcher in selector.matchers:
            literal = matcher.value and not _METACHARACTER.search(matcher.value)
            if matcher.op in _PLAIN and literal and not is_templated(matcher.value):
                plain = Matcher(matcher.name, _PLAIN[matcher.op], matcher.value)
                yield Finding(
                    f"`{matcher}` matches one text; write `{plain}`",
                    selector,
                    fix=Fix(matcher, plain),
                )
