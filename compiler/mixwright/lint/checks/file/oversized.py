"""A PrometheusRule that is larger than the operator takes.

## Why is this bad?
The operator writes rules into ConfigMaps, which hold a megabyte. Its webhook refuses a resource whose
rules are larger than half of that; without the webhook they are left out, and only the log says so.

## Use instead
Several resources.

## Upstream
https://prometheus-operator.dev/docs/platform/webhook/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.lint.things import Resource

_FILE = """
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: queue}
spec:
  groups:
  - name: queue
    rules:
    - alert: QueueLong
      expr: queue_length > 100
      for: 5m
      annotations:
        summary: "{{ $labels.instance }} has a long queue"
        description: "%s"
"""

EXAMPLES = (
    Good(_FILE % "jobs wait"),
    Bad(
        _FILE % ("jobs wait " * 55_000),
        "has 550,296 bytes; the operator takes 524,288",
    ),
)

_MOST = 524_288


@check(on=Resource, severity="error")
def oversized(resource: Resource, _context: Context) -> Iterator[Finding]:
    """Compare the size of the file's text, which is a little more than what the operator counts."""
    if resource.size > _MOST:
        yield Finding(f"has {resource.size:,} bytes; the operator takes {_MOST:,}")
