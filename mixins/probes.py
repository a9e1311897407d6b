"""Probes: liveness, readiness and restarts, as the kubelet and kube-state-metrics tell them."""

from __future__ import annotations

import attrs

from mixwright import Alert, Mixin, RuleGroup, Severity, promql
from mixwright.standard.dashboards import probes as dashboards
from mixwright.standard.rules import latency

from ._settings import Settings

WHERE = "{{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }}"


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one cluster to another; the defaults fit most."""

    slow_above: float = 0.5
    """Seconds within which 19 of 20 probes should be answered; an edge of a bucket. Half of what
    `timeoutSeconds` allows by default."""


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for the kubelet's probes."""
    d = dashboards
    by = ", ".join(d.CONTAINER)

    def failing(kind: str, share: float) -> str:
        failed = f'prober_probe_total{{probe_type="{kind}",result!="successful"}}'
        probes = f'prober_probe_total{{probe_type="{kind}"}}'
        return (
            f"sum by ({by}) (rate({failed}[5m])) / sum by ({by}) (rate({probes}[5m])) > {share:g}"
        )

    readiness = Alert(
        "KubeReadinessFailing",
        expr=promql(failing("Readiness", 0.9)),
        hold="10m",
        keep_firing="5m",
        severity=Severity.TICKET,
        summary=f"{WHERE} has not been ready for 10m",
        description="{{ $value | humanizePercentage }} of its readiness probes fail, so that it gets "
        "no requests.",
    )
    loop = Alert(
        "KubeLivenessKillLoop",
        expr=promql(
            f"{failing('Liveness', 0.3)} and on (cluster, namespace, pod, container) "
            f"max by (cluster, namespace, pod, container) (increase({d.RESTARTS}[15m])) > 1.5"
        ),
        hold="5m",
        keep_firing="10m",
        severity=Severity.TICKET,
        summary=f"{WHERE} is killed again and again by its liveness probe",
        description="{{ $value | humanizePercentage }} of its liveness probes fail, and it was "
        "restarted several times within 15m: the probe is too strict, or the program hangs.",
    )
    ready = Alert(
        "KubeReadinessFlapping",
        expr=promql(f"max by (cluster, namespace, pod) (changes({d.READY}[15m]))") > 4,
        keep_firing="15m",
        severity=Severity.TICKET,
        summary="the pod {{ $labels.namespace }}/{{ $labels.pod }} comes and goes",
        description="It became ready or stopped being so {{ $value }} times within 15m.",
    )
    alerts = {
        "slow": (
            latency.slow(
                d.TIME,
                q=0.95,
                above=config.slow_above,
                by=d.CONTAINER,
                evidence=1,
                name="KubeProbeSlow",
                severity=Severity.LOG,
                hold="10m",
            ),
        ),
        "failing": (readiness,),
        "loop": (loop,),
        "flapping": (ready,),
    }
    return config.mixin(
        "probes",
        version="0.1.0",
        description="Liveness and readiness: probes that fail, are slow, or cannot decide.",
        dashboards=dashboards.hierarchy(alerts),
        rules=(
            RuleGroup(
                "probes",
                interval=config.interval,
                rules=tuple(alert for about in alerts.values() for alert in about),
            ),
        ),
    )


MIXIN = mixin()
