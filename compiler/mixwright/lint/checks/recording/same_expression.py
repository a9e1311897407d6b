"""Two recording rules that compute the same.

## Why is this bad?
The server evaluates and stores everything twice, and readers wonder what the difference is.

## Use instead
One of them; the other name only while its readers move.

## Upstream
https://cloudflare.github.io/pint/checks/rule/duplicate.html
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import RECORDINGS, AnyRecording, Bad, Context, Finding, Good, check

_FILE = """
groups:
- name: requests
  rules:
  - record: job:requests:rate5m
    expr: sum by (job) (rate(requests_total[5m]))
  - record: job:requests:rate%s
    expr: sum by (job) (rate(requests_total[%s]))
  - alert: Many
    expr: job:requests:rate5m - job:requests:rate%s > 9
    for: 5m
    annotations: {summary: "{{ $labels.job }} gets many requests"}
"""

EXAMPLES = (
    Good(_FILE % ("1h", "1h", "1h")),
    Bad(
        _FILE % ("_5m", "5m", "_5m"),
        "computes what `job:requests:rate5m` does; keep one of them",
    ),
)


@check(on=RECORDINGS, severity="info")
def same_expression(rule: AnyRecording, context: Context) -> Iterator[Finding]:
    """Compare with the rules of the mixin that come before."""
    for _, other in context.mixin.all_rules():
        if other is rule:
            return
        same = isinstance(other, RECORDINGS) and other.expr == rule.expr
        if same and other.labels == rule.labels and other.name != rule.name:
            yield Finding(f"computes what `{other.name}` does; keep one of them")
            return
