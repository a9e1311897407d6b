"""A label that a metric does not have, although another of its system's has it or one of its own looks like it.

## Why is this bad?
A matcher on a label that is not there matches nothing, or with `!=` everything; `by (…)` keeps an empty
label. Mostly the label was renamed, as `pod_name` to `pod`, or stands on another metric.

## Use instead
One of the labels that the message names. Labels that targets get from their discovery are not known
here, and left alone.

## Upstream
https://cloudflare.github.io/pint/checks/promql/series.html
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from mixwright.catalogue import Metric
from mixwright.lint import Bad, Context, Finding, Good, check
from mixwright.promql import Aggregate, Expr, Selector, walk
from mixwright.values import METRIC_NAME

EXAMPLES = (
    Good('rate(node_cpu_seconds_total{mode="idle", region="eu"}[5m])'),
    Good("sum by (namespace, pod) (kube_pod_info)"),
    Bad(
        'rate(node_cpu_seconds_total{modes="idle"}[5m])',
        "`node_cpu_seconds_total` has no label `modes`; it has `cpu`, `mode`",
    ),
    Bad(
        'sum(rate(coredns_dns_responses_total{type="A"}[5m]))',
        "`coredns_dns_responses_total` has no label `type`; "
        "it has `plugin`, `rcode`, `server`, `zone`",
    ),
)

_OF_TARGETS = frozenset(
    [
        "az",
        "app",
        "availability_zone",
        "cluster",
        "component",
        "container",
        "controller",
        "dc",
        "deployment",
        "endpoint",
        "env",
        "environment",
        "host",
        "hostname",
        "instance",
        "job",
        "kind",
        "metrics_path",
        "name",
        "namespace",
        "node",
        "pod",
        "prometheus",
        "region",
        "replica",
        "role",
        "service",
        "shard",
        "site",
        "stage",
        "team",
        "tenant",
        "zone",
    ]
)
"""Labels that discovery and relabelling often add."""


@check(on=Expr)
def unknown_label(expr: Expr, context: Context) -> Iterator[Finding]:
    """Compare matchers and groupings with the labels of the catalogue."""
    for selector in walk(expr, Selector):
        metric = context.facts.metric(selector.name or "")
        for matcher in selector.matchers if metric is not None else ():
            if metric is not None and _is_strange(matcher.name, metric, context):
                yield Finding(_message(selector, matcher.name, metric), selector)
    for node in walk(expr, Aggregate):
        selectors = tuple(walk(node.expr, Selector))
        metric = context.facts.metric(selectors[0].name or "") if len(selectors) == 1 else None
        written = context.labels(node.expr)
        for name in (node.grouping or ()) if metric is not None and not node.without else ():
            made = name in written.known
            if metric is not None and not made and _is_strange(name, metric, context):
                yield Finding(_message(selectors[0], name, metric), node)


def _message(selector: Selector, label: str, metric: Metric) -> str:
    has = ", ".join(f"`{name}`" for name in metric.labels)
    return f"`{selector.name}` has no label `{label}`; it has {has}"


def _is_strange(label: str, metric: Metric, context: Context) -> bool:
    """Tell whether a label is neither the metric's nor likely to be the target's."""
    own = {METRIC_NAME, "le", "quantile", *metric.labels}
    if label in own or label in _OF_TARGETS or not metric.labels:
        return False
    if difflib.get_close_matches(label, metric.labels, n=1, cutoff=0.7):
        return True
    return any(
        label in other.labels
        for system, _ in context.project.catalogue.find(metric.name)
        if len(context.project.catalogue.find(metric.name)) == 1
        for other in system.metrics.values()
        if other.name.split("_")[:2] == metric.name.split("_")[:2]
    )
