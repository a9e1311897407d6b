"""A label value that a metric never has.

## Why is this bad?
The matcher matches nothing: `phase="Crashed"` looks right and is no phase, `mode="Idle"` differs in a
letter's case. The panel is empty, the alert dead.

## Use instead
One of the values that the message names.

## Upstream
https://cloudflare.github.io/pint/checks/promql/series.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mixwright.catalogue import Metric
from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Expr, Selector, walk
from mixwright.promql.labelflow import is_templated
from mixwright.values import Matcher, MatchOp

EXAMPLES = (
    Good('kube_pod_status_phase{phase=~"Failed|Pending"} > 0'),
    Good('kube_pod_status_phase{phase!~"Failed|Pending"} > 0'),
    Bad(
        'kube_pod_status_phase{phase="Crashed"} > 0',
        '`phase="Crashed"` matches nothing; `phase` is `Failed`, `Pending`, `Running`, `Succeeded` '
        "or `Unknown`",
    ),
    Bad(
        'kube_pod_status_phase{phase=~"Failed|pending"} > 0',
        '`pending` in `phase=~"Failed|pending"` matches nothing; '
        "`phase` is `Failed`, `Pending`, `Running`, `Succeeded` or `Unknown`",
    ),
)

_WORDS = re.compile(r"[\w -]+(\|[\w -]+)*")


@check(on=Expr)
def unknown_value(expr: Expr, context: Context) -> Iterator[Finding]:
    """Compare what matchers name with all values that there are, or with those that look the same."""
    for selector in walk(expr, Selector):
        metric = context.facts.metric(selector.name or "")
        for matcher in selector.matchers if metric is not None else ():
            if metric is not None and not is_templated(matcher.value):
                for message in _messages(matcher, metric):
                    yield Finding(message, selector)


def _messages(matcher: Matcher, metric: Metric) -> Iterator[str]:
    known = metric.values.get(matcher.name)
    some = metric.some_values.get(matcher.name, ())
    for value in _named(matcher):
        where = f"`{matcher}`" if value == matcher.value else f"`{value}` in `{matcher}`"
        if known is not None and value not in known:
            values = ", ".join(f"`{v}`" for v in known[:-1])
            last = f" or `{known[-1]}`" if values else f"`{known[-1]}`"
            yield f"{where} matches nothing; `{matcher.name}` is {values}{last}"
        elif value not in some:
            same = next((v for v in some if v.lower() == value.lower()), None)
            if same is not None:
                yield f"{where} matches nothing; did you mean `{same}`?"


def _named(matcher: Matcher) -> tuple[str, ...]:
    """Return the values that a matcher asks for one by one."""
    match matcher.op:
        case MatchOp.EQUAL if matcher.value:
            return (matcher.value,)
        case MatchOp.REGEX if _WORDS.fullmatch(matcher.value):
            return tuple(matcher.value.split("|"))
    return ()
