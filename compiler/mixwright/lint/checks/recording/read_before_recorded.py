"""A rule that reads what a later rule of its group records.

## Why is this bad?
Rules of a group run one after the other. The reader sees the value of the last interval, and nothing
at all at the first: late by a whole interval, for no reason.

## Use instead
The recording rule first, its readers after it.

## Upstream
https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import RECORDINGS, Bad, Context, Finding, Good, check
from mixwright.promql import Expr, Selector, walk

_RATE = 'Recording("job:requests:rate5m", expr="sum by (job) (rate(requests_total[5m]))"),'
_ALERT = """Alert(
            "Busy",
            expr="job:requests:rate5m > 100",
            severity="ticket",
            hold="5m",
            summary="{{ $labels.job }} is busy",
        ),"""
_GROUP = """
RuleGroup(
    "requests",
    rules=(
        %s
        %s
    ),
)
"""

EXAMPLES = (
    Good(_GROUP % (_RATE, _ALERT)),
    Bad(
        _GROUP % (_ALERT, _RATE),
        "`job:requests:rate5m` is recorded further down in the group; move its rule up",
    ),
)


@check(on=Expr)
def read_before_recorded(expr: Expr, context: Context) -> Iterator[Finding]:
    """Compare positions within the group; a rule may read its own past."""
    if context.group is None:
        return
    names = [rule.name if isinstance(rule, RECORDINGS) else "" for rule in context.group.rules]
    own = next(i for i, rule in enumerate(context.group.rules) if rule is context.rule)
    for selector in walk(expr, Selector):
        name = selector.name
        if name is not None and name in names[own + 1 :] and name not in names[: own + 1]:
            yield Finding(
                f"`{name}` is recorded further down in the group; move its rule up", selector
            )
