"""A regular expression with `^` or `$` at its ends.

## Why is this bad?
PromQL anchors every pattern at both ends. Writing the anchors again suggests to the next reader that
a pattern without them would match anywhere inside the text.

## Use instead
The pattern without `^` and `$`.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/basics/#time-series-selectors
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.lint.fix import Fix
from mixwright.promql import Expr, Selector, walk
from mixwright.values import MatchOp

EXAMPLES = (
    Good('up{instance=~"web-[0-9]+"}'),
    Good(r'up{instance=~"[^a]b|c\\$"}'),
    Bad(
        'up{instance=~"^web-[0-9]+$"}',
        '`instance=~"^web-[0-9]+$"` is anchored anyway; drop `^` and `$`',
    ),
)


@check(on=Expr, severity="info")
def redundant_anchor(expr: Expr, _context: Context) -> Iterator[Finding]:
    """Look at the ends of every pattern."""
    for selector in walk(expr, Selector):
        for matcher in selector.matchers:
            if matcher.op in (MatchOp.REGEX, MatchOp.NOT_REGEX):
                value = matcher.value
                ends = value.endswith("$") and not value.endswith("\\$")
                found = ["`^`"] * value.startswith("^") + ["`$`"] * ends
                if found:
                    bare = value[value.startswith("^") : len(value) - ends]
                    # `^a|b$` anchors each half at one end, `a|b` both halves at both.
                    same = "|" not in bare and not bare.endswith("$")
                    yield Finding(
                        f"`{matcher}` is anchored anyway; drop {' and '.join(found)}",
                        selector,
                        fix=Fix(matcher, attrs.evolve(matcher, value=bare)) if same else None,
                    )
