"""A hold shorter than the interval at which the rule is evaluated.

## Why is this bad?
Prometheus looks at the rule once an interval. A hold of 30 s evaluated every minute lasts a minute: the
alert waits longer than it says.

## Use instead
A hold that is a multiple of the group's interval, or a shorter `interval=` on the group.

## Upstream
https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import ALERTS, AnyAlert, Bad, Context, Finding, Good, check

_GROUP = """
RuleGroup(
    "queue",
    interval="%s",
    rules=Alert(
        "QueueLong",
        expr="queue_length > 100",
        severity="ticket",
        hold="30s",
        summary="{{ $labels.instance }} has a long queue",
    ),
)
"""

EXAMPLES = (
    Good(_GROUP % "15s"),
    Bad(_GROUP % "1m", "a hold of `30s` lasts `1m`, the interval of the group; say so"),
)


@check(on=ALERTS, severity="info")
def hold_shorter_than_interval(alert: AnyAlert, context: Context) -> Iterator[Finding]:
    """Compare the hold with the group's interval, or the server's."""
    own = None if context.group is None else context.group.interval
    interval = own or context.profile.evaluation_interval
    if 0 < alert.hold.ms < interval.ms:
        whose = "the group" if own else "the server"
        yield Finding(
            f"a hold of `{alert.hold}` lasts `{interval}`, the interval of {whose}; say so"
        )
