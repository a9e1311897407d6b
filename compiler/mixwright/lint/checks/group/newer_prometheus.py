"""A field of a group or of its alerts that the target's Prometheus does not have yet.

## Why is this bad?
Prometheus refuses a file with a field that it does not know. The operator takes the field away and only
logs that: `keep_firing_for` is gone, and nobody learns of it.

## Use instead
What the older version has, or a newer Prometheus in the target profile.

## Upstream
https://github.com/prometheus/prometheus/blob/main/CHANGELOG.md
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import ALERTS, GROUPS, AnyGroup, Bad, Context, Finding, Good, Profile, check
from mixwright.lint.versions import RULE_FIELDS, older

_GROUP = """
RuleGroup(
    "queue",
    limit=100,
    rules=Alert(
        "QueueLong",
        expr="queue_length > 100",
        severity="ticket",
        hold="5m",
        keep_firing="10m",
        summary="{{ $labels.instance }} has a long queue",
    ),
)
"""

EXAMPLES = (
    Good(_GROUP, Profile(prometheus="2.42")),
    Bad(
        _GROUP,
        "`keep_firing_for` of alert `QueueLong` needs Prometheus 2.42; the target's is 2.41, and the "
        "operator drops the field",
        Profile(prometheus="2.41"),
    ),
)


@check(on=GROUPS, severity="error")
def newer_prometheus(group: AnyGroup, context: Context) -> Iterator[Finding]:
    """Compare versions, where the target profile has one."""
    version = context.profile.prometheus
    for field, what in _fields(group) if version else ():
        since = RULE_FIELDS[field]
        if older(version, since):
            yield Finding(
                f"{what} needs Prometheus {since}; the target's is {version}, and the operator "
                "drops the field"
            )


def _fields(group: AnyGroup) -> Iterator[tuple[str, str]]:
    if group.limit:
        yield "limit", "`limit`"
    if group.query_offset is not None:
        yield "query_offset", "`query_offset`"
    if group.labels:
        yield "labels", "`labels` of a group"
    for rule in group.rules:
        if isinstance(rule, ALERTS) and rule.keep_firing.ms:
            yield "keep_firing_for", f"`keep_firing_for` of alert `{rule.name}`"
