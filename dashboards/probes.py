"""Dashboards of the kubelet's probes: a namespace's pods, and one pod."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Method, Panel, Row, Variable, promql
from mixwright.standard.rules import burn, latency

from .process import states

POD = ("cluster", "namespace", "pod")
CONTAINER = (*POD, "container", "probe_type")
PROBES = promql("prober_probe_total")
FAILED = promql('prober_probe_total{result!="successful"}')
TIME = "prober_probe_duration_seconds"
READY = promql('kube_pod_status_ready{condition="true"}')
RUNNING = promql('kube_pod_status_phase{phase="Running"} == 1')
RESTARTS = promql("kube_pod_container_status_restarts_total")

Alerts = Mapping[str, Sequence[Alert]]


def hierarchy(alerts: Alerts) -> Dashboard:
    """Return the hierarchy: all pods of a namespace, and one of them."""
    return Dashboard(
        "Liveness and readiness",
        slug="namespace",
        description="Which pods do not answer their own probes? Readiness decides who serves, liveness "
        "who is restarted.",
        per=Variable("namespace", of=PROBES, multi=True),
        rows=(
            Row(
                "Golden signals",
                (
                    Panel(
                        "Time of a probe",
                        latency.quantile(0.95, TIME, by=("namespace", "pod", "probe_type")),
                        slot="latency",
                        unit="s",
                        minimum=0,
                        legend="{{pod}} {{probe_type}}",
                        alert=alerts["slow"],
                        description="19 of 20 probes were answered within this time.",
                    ),
                    Panel(
                        "Probes",
                        promql(f"sum by (probe_type) (rate({PROBES}[5m]))"),
                        slot="traffic",
                        unit="ops",
                        minimum=0,
                        legend="{{probe_type}}",
                        description="Probes per second, by kind.",
                    ),
                    Panel(
                        "Failing",
                        burn.ratio(FAILED, PROBES, over="5m", by=CONTAINER),
                        slot="errors",
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        legend="{{pod}} {{container}} {{probe_type}}",
                        alert=(*alerts["failing"], *alerts["loop"]),
                        description="Failed share of each container's probes.",
                    ),
                    Panel(
                        "Running and not ready",
                        promql(
                            f"count by (namespace) (({READY} == 0) and on (cluster, namespace, pod) "
                            f"({RUNNING})) or 0 * count by (namespace) ({READY})"
                        ),
                        slot="saturation",
                        unit="short",
                        minimum=0,
                        legend="{{namespace}}",
                        description="Pods that run and do not serve.",
                    ),
                ),
                method=Method.GOLDEN,
            ),
        ),
        children=(_pod(alerts),),
    )


def _pod(alerts: Alerts) -> Dashboard:
    return Dashboard(
        "Probes of a pod",
        slug="pod",
        description="What do the probes of this pod say, and since when?",
        per=Variable("pod", of=PROBES),
        rows=(
            Row(
                "Probes",
                (
                    Panel(
                        "Results",
                        promql(f"sum by (container, probe_type, result) (rate({PROBES}[5m]))"),
                        unit="ops",
                        minimum=0,
                        legend="{{container}} {{probe_type}} {{result}}",
                        description="Probes per second, by result.",
                    ),
                    Panel(
                        "Ready",
                        READY,
                        kind="state-timeline",
                        legend="the pod",
                        mappings=states(bad="not ready", good="ready"),
                        alert=alerts["flapping"],
                        description="When the pod was ready to serve.",
                    ),
                    Panel(
                        "Restarts",
                        promql(f"increase({RESTARTS}[15m])"),
                        unit="short",
                        minimum=0,
                        legend="{{container}}",
                        description="Restarts within 15 minutes, those that a liveness probe asked for "
                        "included.",
                    ),
                ),
            ),
        ),
    )
