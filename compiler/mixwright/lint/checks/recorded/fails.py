"""A rule whose evaluation fails on what was recorded.

## Why is this bad?
Prometheus writes nothing and sends nothing for a rule that fails, at just the moment when something is
unusual. Joins fail when a restart or a deployment leaves two series where there was one.

## Use instead
Aggregate the side that has several series, or match by the label that tells them apart.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/operators/#vector-matching
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.lint.things import RULES, AnyRule
from mixwright.values import utc

_RULE = 'Recording("job:ready:ratio", expr="%s")'
_SERIES = """
restarts_total{job="api", pod="a"}  0x10
restarts_total{job="api", pod="b"}  _x5 0x5
instance_info{job="api"}            1x10
"""

EXAMPLES = (
    Good(_RULE % "sum by (job) (restarts_total) == 0 and on (job) instance_info", recorded=_SERIES),
    Bad(
        _RULE % "restarts_total == on (job) instance_info",
        "fails at 5 of 10 evaluations, first at 1970-01-01T00:05:27Z: multiple matches for labels: "
        "many-to-one matching must be explicit (group_left/group_right)",
        recorded=_SERIES,
    ),
)


@check(on=RULES, severity="error")
def fails(rule: AnyRule, context: Context) -> Iterator[Finding]:
    """Replay the rule over the recording."""
    witness = context.project.witness
    replayed = witness.replayed(rule) if witness is not None else None
    if replayed is not None and replayed.failures:
        first = replayed.failures[0]
        count = f"{len(replayed.failures)} of {len(replayed.scheduled.steps)}"
        message = " ".join(first.message.split())
        yield Finding(f"fails at {count} evaluations, first at {utc(first.time)}: {message}")
