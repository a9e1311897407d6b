"""An alert label made of the value.

## Why is this bad?
Labels are an alert's identity. When the value changes, the old alert resolves and a new one begins to
wait: with a `hold` it never fires, without one it sends a new notification at every evaluation.

## Use instead
The value in an annotation.

## Upstream
https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/#templating
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import ALERTS, AnyAlert, Bad, Context, Finding, Good, check, template

_ALERT = """
Alert(
    "QueueLong",
    expr="queue_length > 100",
    severity="ticket",
    hold="5m",
    summary="{{ $labels.instance }} has {{ $value }} waiting",
    labels={"team": "%s"},
)
"""

EXAMPLES = (
    Good(_ALERT % "storage"),
    Good(_ALERT % "{{ $labels.team }}"),
    Bad(_ALERT % "{{ $value }}", "label `team` changes with the value; put it in an annotation"),
)


@check(on=ALERTS, severity="error")
def value_in_label(alert: AnyAlert, _context: Context) -> Iterator[Finding]:
    """Look for the value in the templates of labels."""
    for name, text in alert.labels.items():
        if template.reads_value(text):
            yield Finding(f"label `{name}` changes with the value; put it in an annotation")
