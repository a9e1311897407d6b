"""A label value that no recorded series has, or a metric that was not exposed.

## Why is this bad?
It may be misspelt, come from another version, or need a setting: then nothing will ever match. Or it is
an error that has not happened yet, and all is well.

## Use instead
One of the values that were recorded, when it is misspelt.

## Upstream
https://cloudflare.github.io/pint/checks/promql/series.html
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Expr, Selector, walk
from mixwright.promql.labelflow import is_templated
from mixwright.values import MatchOp

_SERIES = """
queue_length{queue="mail"}  3x10
queue_length{queue="print"} 5x10
"""

EXAMPLES = (
    Good('max(queue_length{queue="mail"})', recorded=_SERIES),
    Bad(
        "rate(prometheus_notifications_errors_total[5m])",
        "`prometheus_notifications_errors_total` was not recorded; it may not have happened yet",
        recorded=_SERIES,
    ),
    Bad(
        'max(queue_length{queue="Mail"})',
        '`queue="Mail"` matches no recorded series of `queue_length`; `queue` is `mail`, `print`',
        recorded=_SERIES,
    ),
)

_SHOWN = 8


@check(on=Expr, severity="info")
def unseen_value(expr: Expr, context: Context) -> Iterator[Finding]:
    """Look up what the catalogue knows, and every `=` of a metric and a label that were recorded."""
    witness = context.project.witness
    for selector in walk(expr, Selector) if witness is not None else ():
        name = selector.name or ""
        series = witness.names.get(name, ()) if witness is not None else ()
        if not series and context.facts.metric(name) is not None:
            yield Finding(f"`{name}` was not recorded; it may not have happened yet", selector)
        for matcher in selector.matchers:
            values = sorted({one[matcher.name] for one in series if matcher.name in one})
            plain = matcher.op is MatchOp.EQUAL and matcher.value and values
            if plain and not is_templated(matcher.value) and matcher.value not in values:
                shown = ", ".join(f"`{value}`" for value in values[:_SHOWN])
                more = f" and {len(values) - _SHOWN} more" if len(values) > _SHOWN else ""
                yield Finding(
                    f"`{matcher}` matches no recorded series of `{selector.name}`; "
                    f"`{matcher.name}` is {shown}{more}",
                    selector,
                )
