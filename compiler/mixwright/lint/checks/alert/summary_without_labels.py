"""An alert that does not say which of the things it watches is concerned.

## Why is this bad?
The expression can return many series, one per instance, disk or service, and every one of them sends
the same text. Whoever reads it has to search.

## Use instead
`{{ $labels.instance }}` or whichever label tells them apart, in the summary.

## Upstream
https://prometheus.io/docs/prometheus/latest/configuration/alerting_rules/#templating
"""

from __future__ import annotations

from collections.abc import Iterator

from mixwright.lint import ALERTS, AnyAlert, Bad, Context, Finding, Good, check, template
from mixwright.promql import Expr, Selector, walk
from mixwright.promql.labelflow import LabelFlow, Presence
from mixwright.values import MatchOp

_ALERT = 'Alert("QueueLong", expr="%s", severity="ticket", hold="5m", summary="%s")'

EXAMPLES = (
    Good(_ALERT % ("sum by (job) (queue_length) > 100", "{{ $labels.job }} has a long queue")),
    Good(_ALERT % ("sum(queue_length) > 100", "the queue is long")),
    Good(_ALERT % ("sum by (job) (queue_length{job='api'}) > 100", "the API's queue is long")),
    Bad(
        _ALERT % ("sum by (job, zone) (queue_length) > 100", "the queue is long"),
        "`summary` and `description` name no label; say which `job`, `zone` it is",
    ),
    Bad(
        _ALERT % ("queue_length > 100", "the queue is long"),
        "`summary` and `description` name no label; say which `instance` it is",
    ),
)


_TEXTS = ("summary", "description", "message", "title")


@check(on=ALERTS, severity="info")
def summary_without_labels(alert: AnyAlert, context: Context) -> Iterator[Finding]:
    """Compare the labels that may vary with those that the texts name."""
    texts = [alert.annotations.get(name, "") for name in _TEXTS]
    if any(template.labels(text) or template.names_all_labels(text) for text in texts):
        return
    varying = _varying(context.labels(alert.expr), alert.expr)
    if varying:
        names = ", ".join(f"`{name}`" for name in varying)
        yield Finding(f"`summary` and `description` name no label; say which {names} it is")


def _varying(labels: LabelFlow, expr: Expr) -> list[str]:
    """Return the labels by which series may differ: those that no `=` fixes."""
    if labels.rest.presence is not Presence.NEVER:
        return ["instance"] if labels.possible("instance") else []
    fixed = {
        matcher.name
        for selector in walk(expr, Selector)
        for matcher in selector.matchers
        if matcher.op is MatchOp.EQUAL
    }
    return [name for name in labels.names if name not in fixed]
