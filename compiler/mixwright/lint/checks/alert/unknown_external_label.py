"""A template that reads an external label which the target does not have.

## Why is this bad?
`$externalLabels.cluster` is empty there: the message reads "in cluster  ", and links lead nowhere.

## Use instead
An external label of the target profile, or a label of the alert.

## Upstream
https://cloudflare.github.io/pint/checks/alerts/external_labels.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mixwright.lint import ALERTS, AnyAlert, Bad, Context, Finding, Good, Profile, check

_ALERT = """
Alert(
    "QueueLong",
    expr="queue_length > 100",
    severity="ticket",
    hold="5m",
    summary="{{ $labels.instance }} in {{ $externalLabels.%s }} has a long queue",
)
"""
_EU = Profile(external_labels={"cluster": "eu-1"})

EXAMPLES = (
    Good(_ALERT % "cluster", _EU),
    Good(_ALERT % "region"),
    Bad(
        _ALERT % "region",
        "`summary` reads `$externalLabels.region`; the target has `cluster`",
        _EU,
    ),
)

_EXTERNAL = re.compile(r"\$externalLabels\.(\w+)|(?<![\w)])\.ExternalLabels\.(\w+)")


@check(on=ALERTS, severity="error")
def unknown_external_label(alert: AnyAlert, context: Context) -> Iterator[Finding]:
    """Compare with the target profile, where it has external labels."""
    external = context.profile.external_labels
    if external is None:
        return
    has = ", ".join(f"`{name}`" for name in sorted(external)) or "none"
    for where, text in (*alert.annotations.items(), *alert.labels.items()):
        for first, second in _EXTERNAL.findall(text):
            name = first or second
            if name not in external:
                yield Finding(f"`{where}` reads `$externalLabels.{name}`; the target has {has}")
