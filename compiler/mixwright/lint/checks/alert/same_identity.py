"""Two alerts of one file with the same name and the same labels.

## Why is this bad?
What tells them apart is only their text. Both write the same `ALERTS` series, Alertmanager takes them for
one alert, and the one that resolves first resolves the other.

## Use instead
Another name, or a label such as `severity` that differs.

## Upstream
https://prometheus.io/docs/prometheus/latest/command-line/promtool/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import ALERTS, AnyAlert, Bad, Context, Finding, Good, check

_FILE = """
groups:
- name: queue
  rules:
  - alert: QueueLong
    expr: mail_queue_length > 100
    for: 5m
    labels: {severity: warning}
    annotations: {summary: "{{ $labels.instance }} has a long queue"}
  - alert: QueueLong
    expr: print_queue_length > 100
    for: 5m
    labels: {severity: %s}
    annotations: {summary: "{{ $labels.instance }} has a long queue"}
"""

EXAMPLES = (
    Good(_FILE % "critical"),
    Bad(
        _FILE % "warning",
        "has the name and the labels of another alert of this file, at line 5; tell them apart",
    ),
)


@check(on=ALERTS)
def same_identity(alert: AnyAlert, context: Context) -> Iterator[Finding]:
    """Compare with the alerts of the same file that come before."""
    for other in context.mixin.alerts():
        if other is alert:
            return
        same = (other.name, other.labels) == (alert.name, alert.labels)
        if other.origin is None or alert.origin is None or other.expr == alert.expr:
            continue
        if same and other.origin.file == alert.origin.file:
            yield Finding(
                "has the name and the labels of another alert of this file, "
                f"at line {other.origin.line}; tell them apart"
            )
            return
