"""kube-proxy: whether services lead to the pods that are there."""

from __future__ import annotations

import attrs

from mixwright import Alert, Mixin, RuleGroup, Severity, promql
from mixwright.standard.dashboards import kube_proxy as dashboards
from mixwright.standard.rules import absence, latency

from ._settings import Settings


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one cluster to another; the defaults fit most."""

    selector: str = 'job="kube-proxy"'
    programmed_within: float = 10
    """Seconds within which 9 of 10 changes should be in the network; an edge of a bucket."""
    behind_for: str = "10m"
    """How long a change may wait for rules to be written."""


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for kube-proxy."""
    up = promql("up")
    stale = Alert(
        "KubeProxyRulesStale",
        expr=(dashboards.QUEUED > dashboards.SYNCED)
        & (promql(f"time() - {dashboards.SYNCED}") > 60),
        hold=config.behind_for,
        keep_firing="2m",
        severity=Severity.TICKET,
        summary="kube-proxy on {{ $labels.instance }} does not write rules",
        description=f"A change has been waiting for {config.behind_for}: services lead to pods that "
        "are gone.",
    )
    failures = Alert(
        "KubeProxySyncFails",
        expr=promql(f"increase({dashboards.FAILURES}[15m])") > 2.5,
        hold="5m",
        severity=Severity.TICKET,
        summary="kube-proxy on {{ $labels.instance }} fails to write rules",
        description='About {{ $value | printf "%.0f" }} attempts failed within 15m.',
    )
    alerts = {
        "up": (
            absence.none_up(up, what="kube-proxy", name="KubeProxyGone"),
            absence.target_down(up, name="KubeProxyDown", hold="5m"),
        ),
        "slow": (
            latency.slow(
                dashboards.PROGRAMMING,
                q=0.9,
                above=config.programmed_within,
                by=("cluster", "job"),
                evidence=1,
                over="15m",
                name="KubeProxySlow",
                severity=Severity.TICKET,
                hold="10m",
            ),
        ),
        "failures": (failures,),
        "stale": (stale,),
    }
    return config.mixin(
        "kube-proxy",
        version="0.1.0",
        description="kube-proxy: how fast and how surely services reach the network of each node.",
        dashboards=dashboards.hierarchy(alerts),
        rules=(
            RuleGroup(
                "kube-proxy",
                interval=config.interval,
                rules=tuple(alert for about in alerts.values() for alert in about),
            ),
        ),
    )


MIXIN = mixin()
