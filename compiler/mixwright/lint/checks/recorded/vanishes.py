"""A selector whose series were all gone before the recording ended.

## Why is this bad?
From then on the alert cannot fire and the panel is empty. A target was taken away or renamed, or the
series exists only while something lasts.

## Use instead
An alert on the absence as well, or what replaced the series.

## Upstream
https://cloudflare.github.io/pint/checks/promql/series.html
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Expr, Selector, walk
from mixwright.promql.labelflow import is_templated

_SERIES = """
queue_length{queue="mail"}  3x30
queue_age{queue="mail"}     3x10
"""

EXAMPLES = (
    Good("max(queue_length)", recorded=_SERIES),
    Bad(
        "max(queue_age)",
        "`queue_age` was there from 1970-01-01T00:00:00Z to 1970-01-01T00:10:00Z only",
        recorded=_SERIES,
    ),
)


@check(on=Expr, severity="info")
def vanishes(expr: Expr, context: Context) -> Iterator[Finding]:
    """Compare the last sample with the recording's, give or take the lookback."""
    witness = context.project.witness
    if witness is None:
        return
    _, end = witness.span
    for selector in walk(expr, Selector):
        if selector.name is None or any(is_templated(m.value) for m in selector.conditions):
            continue
        if selector.name in context.project.recordings:
            continue
        seen = witness.seen(selector)
        if seen is not None and seen.last < end - context.profile.lookback.ms:
            yield Finding(f"`{selector!s}` was there {seen} only", selector)
