"""kube-state-metrics: whether what is known of Kubernetes' objects is true."""

from __future__ import annotations

import attrs

from mixwright import Alert, Mixin, RuleGroup, Severity, promql
from mixwright.standard.dashboards import kube_state_metrics as dashboards
from mixwright.standard.rules import absence, errors

from ._settings import Settings


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one cluster to another; the defaults fit most."""

    selector: str = 'job=~"kube-state-metrics(-self)?"'


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for kube-state-metrics."""
    d = dashboards
    shards = Alert(
        "KubeStateMetricsShardsMissing",
        expr=promql(
            f"max by (cluster, job) ({d.SHARDS}) - on (cluster, job) "
            f'count by (cluster, job) (count_values by (cluster, job) ("shard", {d.SHARD}))'
        )
        > 0,
        hold="15m",
        keep_firing="2m",
        severity=Severity.TICKET,
        summary="missing shards of {{ $labels.job }}: {{ $value }}",
        description="The objects that fall to them are not watched, and alerts on them are silent.",
    )
    alerts = {
        "down": (
            # Without it, most alerts on workloads are silent: that is worth a page.
            absence.none_up(
                promql("up"), what="kube-state-metrics", name="KubeStateMetricsDown", hold="5m"
            ),
        ),
        "watches": (
            errors.share_high(
                d.WATCHES_FAILED,
                d.WATCHES,
                above=0.1,
                by=d.INSTANCE,
                evidence=3,
                over="15m",
                what="watches",
                name="KubeStateMetricsCannotWatch",
                hold="10m",
            ),
        ),
        "shards": (shards,),
    }
    return config.mixin(
        "kube-state-metrics",
        version="0.1.0",
        description="kube-state-metrics: watches, shards, and its process.",
        dashboards=dashboards.hierarchy(alerts),
        rules=(
            RuleGroup(
                "kube-state-metrics",
                interval=config.interval,
                rules=tuple(alert for about in alerts.values() for alert in about),
            ),
        ),
    )


MIXIN = mixin()
