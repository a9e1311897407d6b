"""An alert without any text.

## Why is this bad?
Whoever gets it sees a name and some labels, and has to read the rule to learn what is wrong.

## Use instead
`summary`, one line that says what is wrong with what; `description` for more.

## Upstream
https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/#templating
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import ALERTS, AnyAlert, Bad, Context, Finding, Good, check

_FILE = """
groups:
- name: queue
  rules:
  - alert: QueueLong
    expr: queue_length > 100
    for: 5m
    annotations: {%s: "{{ $labels.instance }}"}
"""

EXAMPLES = (
    Good(_FILE % "summary"),
    Bad(_FILE % "dashboard", "has neither `summary` nor `description`; say what is wrong"),
)

_TEXTS = ("summary", "description", "message", "title")


@check(on=ALERTS, severity="info")
def missing_summary(alert: AnyAlert, _context: Context) -> Iterator[Finding]:
    """Look for the usual annotations, `message` of older mixins among them."""
    if not any(alert.annotations.get(name) for name in _TEXTS):
        yield Finding("has neither `summary` nor `description`; say what is wrong")
