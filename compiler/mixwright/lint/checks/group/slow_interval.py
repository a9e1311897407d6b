"""A group evaluated less often than Prometheus looks back.

## Why is this bad?
A series without a sample for five minutes counts as gone. What the group records flickers: there after
each evaluation, missing before the next. Alerts on it resolve in between.

## Use instead
An interval of five minutes or less.

## Upstream
https://cloudflare.github.io/pint/checks/group/interval.html
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import GROUPS, AnyGroup, Bad, Context, Finding, Good, check

_GROUP = """
RuleGroup(
    "queue",
    interval="%s",
    rules=Alert(
        "QueueLong",
        expr="queue_length > 100",
        severity="ticket",
        hold="15m",
        summary="{{ $labels.instance }} has a long queue",
    ),
)
"""

EXAMPLES = (
    Good(_GROUP % "5m"),
    Bad(
        _GROUP % "10m",
        "evaluated every `10m`, its series are gone after `5m`; use an interval of `5m` or less",
    ),
)


@check(on=GROUPS)
def slow_interval(group: AnyGroup, context: Context) -> Iterator[Finding]:
    """Compare the interval with the lookback."""
    lookback = context.profile.lookback
    if group.interval is not None and group.interval > lookback:
        yield Finding(
            f"evaluated every `{group.interval}`, its series are gone after `{lookback}`; "
            f"use an interval of `{lookback}` or less"
        )
