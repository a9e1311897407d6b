"""A rule or a file that Prometheus refuses.

## Why is this bad?
One bad rule keeps the whole file from loading, and with it every alert it holds. Where the operator
checks the resource, the old rules stay; where nobody does, there are none.

## Use instead
What the message says.

## Upstream
https://prometheus.io/docs/prometheus/latest/configuration/recording_rules/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.lint.things import Unreadable

_FILE = """
groups:
- name: queue
  rules:
  - alert: QueueLong
    expr: %s
    for: 5m
    annotations:
      summary: "{{ $labels.instance }} has a long queue"
"""

EXAMPLES = (
    Good(_FILE % "queue_length > 100"),
    Bad(
        _FILE % "queue_length > (1",
        "alert `QueueLong`: `queue_length > (1` is not PromQL: unclosed left parenthesis",
    ),
)


@check(on=Unreadable, severity="error")
def unreadable(complaint: Unreadable, _context: Context) -> Iterator[Finding]:
    """Pass on what the reader of the file said."""
    spans = () if complaint.span is None else (complaint.span,)
    yield Finding(complaint.message, text=complaint.text, spans=spans)
