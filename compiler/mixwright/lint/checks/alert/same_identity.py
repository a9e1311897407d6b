"""Two alerts of one file with the same name and the same labels.

## Why is this bad?
What tells them apart is only their text. Where their series have equal labels, both write the same
`ALERTS` series, Alertmanager takes them for one alert, and the one that resolves first resolves the other.

## Use instead
Another name, or a label such as `severity` that differs.

## Upstream
https://prometheus.io/docs/prometheus/latest/command-line/promtool/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import ALERTS, AnyAlert, Bad, Context, Finding, Good, check
from mixwright.promql import Expr, Selector, walk
from mixwright.values import MatchOp

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
        same = same and not _told_apart(alert.expr, other.expr)
        if other.origin is None or alert.origin is None or other.expr == alert.expr:
            continue
        if same and other.origin.file == alert.origin.file:
            yield Finding(
                "has the name and the labels of another alert of this file, "
                f"at line {other.origin.line}; tell them apart"
            )
            return


def _told_apart(one: Expr, other: Expr) -> bool:
    """Tell whether some label has one value in the one and another value in the other expression."""
    fixed, others = _fixed(one), _fixed(other)
    return any(fixed[name] != others[name] for name in fixed.keys() & others.keys())


def _fixed(expr: Expr) -> dict[str, frozenset[str]]:
    """Return the values that all selectors ask for, by label."""
    values: dict[str, set[str]] = {}
    for selector in walk(expr, Selector):
        for matcher in selector.matchers:
            if matcher.op in (MatchOp.EQUAL, MatchOp.REGEX):
                values.setdefault(matcher.name, set()).add(matcher.value)
    return {name: frozenset(found) for name, found in values.items()}
