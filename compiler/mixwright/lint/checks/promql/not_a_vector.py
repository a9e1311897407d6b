"""A rule whose expression is a range or a text.

## Why is this bad?
The file loads, and promtool has nothing against it. At every evaluation the rule fails with "rule result
is not a vector or scalar": it records nothing and never fires.

## Use instead
A function around the range, such as `rate()` or `max_over_time()`.

## Upstream
https://prometheus.io/docs/prometheus/latest/querying/basics/#expression-language-data-types
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Expr, ValueType, type_of

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
    Good(_FILE % "max_over_time(queue_length[5m]) > 100"),
    Bad(
        _FILE % "queue_length[5m]",
        "`queue_length[5m]` is a range vector, with which every evaluation fails; "
        "put a function around it",
    ),
)


@check(on=Expr, severity="error")
def not_a_vector(expr: Expr, context: Context) -> Iterator[Finding]:
    """Look at the type of the whole expression of a rule."""
    kind = type_of(expr)
    if context.rule is not None and kind not in (ValueType.VECTOR, ValueType.SCALAR):
        yield Finding(
            f"`{expr!s}` is a {kind.value}, with which every evaluation fails; "
            "put a function around it",
            expr,
        )
