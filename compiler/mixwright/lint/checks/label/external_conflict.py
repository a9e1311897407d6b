"""A rule that sets a label which is one of the server's external labels.

## Why is this bad?
External labels are added to what leaves the server, unless the series or the alert has the label
already. The rule's value stays: Alertmanager and the long-term store see the wrong cluster.

## Use instead
Another name for the label.

## Upstream
https://cloudflare.github.io/pint/checks/labels/conflict.html
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, Profile, check
from mixwright.lint.things import RULES, AnyRule

_ALERT = """
Alert(
    "QueueLong",
    expr="queue_length > 100",
    severity="ticket",
    hold="5m",
    summary="{{ $labels.instance }} has a long queue",
    labels={"%s": "eu"},
)
"""
_EU = Profile(external_labels={"cluster": "eu-1"})

EXAMPLES = (
    Good(_ALERT % "zone", _EU),
    Bad(
        _ALERT % "cluster",
        "label `cluster` is an external label of the target, `eu-1`; give it another name",
        _EU,
    ),
)


@check(on=RULES)
def external_conflict(rule: AnyRule, context: Context) -> Iterator[Finding]:
    """Compare with the target profile."""
    external = context.profile.external_labels or {}
    for name in rule.labels:
        if name in external:
            yield Finding(
                f"label `{name}` is an external label of the target, `{external[name]}`; "
                "give it another name"
            )
