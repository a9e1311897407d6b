"""A name that only Prometheus 3 takes.

## Why is this bad?
Dots, dashes and the like in names of labels, annotations and recorded series are refused by Prometheus 2,
and by the operator's webhook whatever the version, unless it is set up for UTF-8 names.

## Use instead
Letters, digits and `_`.

## Upstream
https://prometheus.io/docs/guides/utf8/
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import ALERTS, Bad, Context, Finding, Good, check
from mixwright.lint.things import RULES, AnyRule
from mixwright.values import is_legacy_label_name, is_legacy_metric_name

_FILE = """
groups:
- name: queue
  rules:
  - alert: QueueLong
    expr: queue_length > 100
    for: 5m
    labels:
      %s: storage
    annotations:
      summary: "{{ $labels.instance }} has a long queue"
"""

EXAMPLES = (
    Good(_FILE % "team_name"),
    Bad(_FILE % "team.name", "label `team.name` is refused by Prometheus 2 and by the operator"),
)


@check(on=RULES)
def not_legacy(rule: AnyRule, _context: Context) -> Iterator[Finding]:
    """Compare with the syntax of names before UTF-8."""
    names = [("label", name) for name in rule.labels if not is_legacy_label_name(name)]
    if isinstance(rule, ALERTS):
        others = (name for name in rule.annotations if not is_legacy_label_name(name))
        names += [("annotation", name) for name in others]
    elif not is_legacy_metric_name(rule.name):
        names.append(("recorded series", rule.name))
    for what, name in names:
        yield Finding(f"{what} `{name}` is refused by Prometheus 2 and by the operator")
