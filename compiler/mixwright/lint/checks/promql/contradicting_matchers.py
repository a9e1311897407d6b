"""A selector whose matchers exclude each other.

## Why is this bad?
All matchers of a selector must hold at once. When one asks for a value that another refuses, nothing
is ever selected.

## Use instead
One regular expression for several values: `job=~"api|web"`.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/basics/#time-series-selectors
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Expr, Selector, walk
from mixwright.promql.labelflow import is_templated
from mixwright.values import MatchOp

EXAMPLES = (
    Good('up{job=~"api|web",job!="web"}'),
    Bad(
        'up{job="api",job="web"}',
        '`job="api"` and `job="web"` exclude each other; write one of them, or one `=~`',
    ),
    Bad(
        'up{job="api",job!~"a.*"}',
        '`job="api"` and `job!~"a.*"` exclude each other; write one of them, or one `=~`',
    ),
)


@check(on=Expr, severity="error")
def contradicting_matchers(expr: Expr, _context: Context) -> Iterator[Finding]:
    """Hold every value that `=` asks for against the other matchers of the label."""
    for selector in walk(expr, Selector):
        wanted = [m for m in selector.conditions if m.op is MatchOp.EQUAL]
        for one in wanted:
            for other in selector.conditions:
                templated = is_templated(one.value) or is_templated(other.value)
                if other.name != one.name or templated or other.matches(one.value):
                    continue
                yield Finding(
                    f"`{one}` and `{other}` exclude each other; write one of them, or one `=~`",
                    selector,
                )
                break
            else:
                continue
            break
