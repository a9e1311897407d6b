"""An expression that a recording rule computes already.

## Why is this bad?
The server computes it twice. When the one is changed and the other is not, alert and panel disagree.

## Use instead
The recorded series.

## Upstream
https://cloudflare.github.io/pint/checks/query/cost.html
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import RECORDINGS, Bad, Context, Finding, Good, check
from mixwright.promql import Aggregate, Call, Expr, Range, walk

_FILE = """
groups:
- name: requests
  rules:
  - record: job:requests:rate5m
    expr: sum by (job) (rate(requests_total[5m]))
  - alert: Many
    expr: sum by (job) (rate(requests_total[%s])) > 100 and job:requests:rate5m > 90
    for: 5m
    annotations: {summary: "{{ $labels.job }} gets many requests"}
"""

EXAMPLES = (
    Good(_FILE % "1m"),
    Bad(
        _FILE % "5m",
        "`sum by (job) (rate(requests_total[5m]))` is recorded as `job:requests:rate5m`; read that",
    ),
)


@check(on=Expr, severity="info")
def recorded_already(expr: Expr, context: Context) -> Iterator[Finding]:
    """Look every aggregation of a range up among the recording rules of the mixin."""
    recorded = context.project.expressions[id(context.mixin)]
    if not recorded or isinstance(context.rule, RECORDINGS):
        return
    for node in walk(expr, Aggregate):
        costly = any(isinstance(inner, Range) for call in walk(node, Call) for inner in call.args)
        if node in recorded and costly:
            yield Finding(f"`{node!s}` is recorded as `{recorded[node]}`; read that", node)
