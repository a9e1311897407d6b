"""Kubernetes: what runs on it, from the cluster down to a pod, asked for and used."""

from __future__ import annotations

import attrs

from mixwright import Alert, Mixin, RuleGroup, Severity, promql
from mixwright.standard.dashboards import kubernetes as dashboards
from mixwright.standard.dashboards.kubernetes.cluster import READY
from mixwright.standard.rules import saturation

from ._settings import Settings

WORKLOAD = "{{ $labels.kind }} {{ $labels.namespace }}/{{ $labels.workload }}"
CONTAINER = "{{ $labels.container }} of {{ $labels.namespace }}/{{ $labels.pod }}"
CANNOT_START = (
    "CreateContainerConfigError|CreateContainerError|ErrImageNeverPull|ErrImagePull|"
    "ImagePullBackOff|InvalidImageName|RunContainerError"
)


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one cluster to another; the defaults fit most."""

    requests_above: float = 0.95
    """Share of what nodes can give from which on there is no room for another pod."""
    memory_above: float = 0.95
    """Share of its limit from which on a container is about to be killed."""
    throttled_above: float = 0.25
    """Share of periods from which on a container is throttled."""


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for workloads."""
    records = dashboards.Records()
    alerts = {**_nodes(), **_workloads(records), **_containers(records, config), **_others(config)}
    alerts["room"] = _room(records, config)
    return config.mixin(
        "kubernetes",
        version="0.1.0",
        description="Kubernetes: nodes, namespaces, workloads and pods; what they ask for and use.",
        dashboards=dashboards.cluster(records, alerts),
        rules=(
            RuleGroup("kubernetes-records", interval=config.interval, rules=records.rules()),
            RuleGroup(
                "kubernetes",
                interval=config.interval,
                rules=tuple(alert for about in alerts.values() for alert in about),
            ),
        ),
    )


def _nodes() -> dict[str, tuple[Alert, ...]]:
    return {
        "nodes_gone": (
            Alert(
                "KubeNodesNotReady",
                expr=promql(f"1 - avg by (cluster) (max by (cluster, node) ({READY}))") > 0.3,
                hold="2m",
                keep_firing="2m",
                severity=Severity.PAGE,
                summary="many nodes{{ with $labels.cluster }} of {{ . }}{{ end }} are not ready",
                description="{{ $value | humanizePercentage }} of all nodes take no pods; what ran "
                "there is moved to the others, if they have room.",
            ),
        ),
        "node": (
            Alert(
                "KubeNodeNotReady",
                expr=promql(f"max by (cluster, node) ({READY})").eq(0),
                hold="2m",
                keep_firing="2m",
                severity=Severity.TICKET,
                summary="node {{ $labels.node }} is not ready",
                description="It has taken no pods for 2m; its pods are moved away after 5m.",
            ),
        ),
    }


def _workloads(r: dashboards.Records) -> dict[str, tuple[Alert, ...]]:
    return {
        "gone": (
            Alert(
                "KubeWorkloadGone",
                expr=r.available.eq(0) & (r.wanted > 0),
                hold="5m",
                keep_firing="2m",
                severity=Severity.PAGE,
                summary=f"no replica of {WORKLOAD} is available",
                description="Replicas are wanted, and for 5m not one has been available: nobody "
                "answers.",
            ),
        ),
        "degraded": (
            Alert(
                "KubeWorkloadDegraded",
                expr=(promql(f"{r.wanted} - {r.available}") > 0) & (r.available > 0),
                hold="15m",
                keep_firing="2m",
                severity=Severity.TICKET,
                summary=f"missing replicas of {WORKLOAD}: {{{{ $value }}}}",
                description="The others carry their load, and have done so for 15m.",
            ),
        ),
    }


def _containers(r: dashboards.Records, config: Config) -> dict[str, tuple[Alert, ...]]:
    labels = "cluster, namespace, pod, container"
    killed = 'kube_pod_container_status_last_terminated_reason{reason="OOMKilled"}'
    return {
        "crash": (
            Alert(
                "KubeContainerCrashLoops",
                expr=promql(f'max_over_time({r.waiting}{{reason="CrashLoopBackOff"}}[5m])') >= 1,
                hold="5m",
                severity=Severity.TICKET,
                summary=f"{CONTAINER} crashes again and again",
                description="It has been started again and again for more than 5m, and ends each time.",
            ),
            Alert(
                "KubeContainerCannotStart",
                expr=promql(f'max_over_time({r.waiting}{{reason=~"{CANNOT_START}"}}[5m])') >= 1,
                hold="10m",
                severity=Severity.TICKET,
                summary=f"{CONTAINER} cannot be started: {{{{ $labels.reason }}}}",
                description="Its image or its configuration is not there, and has not been for 10m.",
            ),
        ),
        "oom": (
            Alert(
                "KubeContainerOutOfMemory",
                expr=promql(
                    f"({r.restarts} > 0.5) and on ({labels}) max by ({labels}) ({killed} == 1)"
                ),
                keep_firing="15m",
                severity=Severity.TICKET,
                summary=f"{CONTAINER} was killed for memory",
                description='It needed more than its limit about {{ $value | printf "%.0f" }} times within '
                "15m.",
            ),
        ),
        "memory": (
            saturation.high(
                promql(f"{r.memory_used} / ({r.memory_limit} > 0)"),
                above=config.memory_above,
                what="memory",
                where=CONTAINER,
                name="KubeContainerMemorySaturated",
                severity=Severity.LOG,
            ),
        ),
        "throttled": (
            saturation.high(
                r.cpu_throttled,
                above=config.throttled_above,
                what="processor time",
                used="of its periods were cut short",
                where=CONTAINER,
                name="KubeContainerThrottled",
                severity=Severity.LOG,
                hold="15m",
            ),
        ),
    }


def _others(config: Config) -> dict[str, tuple[Alert, ...]]:
    claim = "cluster, namespace, persistentvolumeclaim"
    scaler = "cluster, namespace, horizontalpodautoscaler"
    status = "kube_horizontalpodautoscaler_status_current_replicas"
    most = "kube_horizontalpodautoscaler_spec_max_replicas"
    return {
        "claim": (
            Alert(
                "KubeClaimPending",
                expr=promql(
                    f"max by ({claim}) "
                    '(kube_persistentvolumeclaim_status_phase{phase=~"Pending|Lost"})'
                ).eq(1),
                hold="15m",
                keep_firing="2m",
                severity=Severity.TICKET,
                summary="the claim {{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }} has no "
                "volume",
                description="It has waited for one for 15m, and so have the pods that use it.",
            ),
        ),
        "autoscaler": (
            Alert(
                "KubeAutoscalerAtLimit",
                expr=promql(f"max by ({scaler}) ({status}) / max by ({scaler}) ({most})") >= 1,
                hold="15m",
                keep_firing="2m",
                severity=Severity.TICKET,
                summary="the autoscaler {{ $labels.namespace }}/{{ $labels.horizontalpodautoscaler }} "
                "is at its limit",
                description="It has run all replicas that it may for 15m, and may need more.",
            ),
        ),
    }


def _room(r: dashboards.Records, config: Config) -> tuple[Alert, ...]:
    def share(requested: object, resource: str) -> str:
        there = f'kube_node_status_allocatable{{resource="{resource}"}}'
        return (
            f"sum by (cluster) ({requested}) / sum by (cluster) (max by (cluster, node) ({there}))"
        )

    def full(name: str, what: str, requested: object, resource: str) -> Alert:
        return saturation.high(
            promql(share(requested, resource)),
            above=config.requests_above,
            what=what,
            used="are asked for",
            where="{{ with $labels.cluster }}{{ . }}{{ else }}the cluster{{ end }}",
            name=name,
            hold="15m",
        )

    return (
        full("KubeProcessorsAllRequested", "processors to ask for", r.cpu_requested, "cpu"),
        full("KubeMemoryAllRequested", "memory to ask for", r.memory_requested, "memory"),
    )


MIXIN = mixin()
