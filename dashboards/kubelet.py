"""Dashboards of kubelets and their container runtimes: all nodes, and one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Method, Panel, Query, Row, Variable, panels, promql
from mixwright.standard.rules import burn, disk, latency

from . import component, process

NODE = ("cluster", "node", "instance")
OPERATION_TIME = "kubelet_runtime_operations_duration_seconds"
RELIST_TIME = "kubelet_pleg_relist_duration_seconds"
START_TIME = "kubelet_pod_start_sli_duration_seconds"
OPERATIONS = promql("kubelet_runtime_operations_total")
FAILED = promql("kubelet_runtime_operations_errors_total")
STARTED = promql("kubelet_started_containers_total")
NOT_STARTED = promql("kubelet_started_containers_errors_total")
RUNNING = promql("kubelet_running_pods")
FREE = promql("kubelet_volume_stats_available_bytes")
SIZE = promql("kubelet_volume_stats_capacity_bytes")
INODES_FREE = promql("kubelet_volume_stats_inodes_free")
INODES = promql("kubelet_volume_stats_inodes")

Alerts = Mapping[str, Sequence[Alert]]


def hierarchy(alerts: Alerts) -> Dashboard:
    """Return the hierarchy: the kubelets of each cluster, and each node's."""
    return Dashboard(
        "Kubelet",
        description="Do nodes run the pods they should? Kubelets, container runtimes, volumes.",
        per=Variable("cluster", of=RUNNING, multi=True),
        rows=(
            component.alive(down=alerts["up"]),
            _signals(alerts),
            Row("Volumes", _volumes(alerts)),
        ),
        children=(_node(alerts),),
    )


def _signals(alerts: Alerts) -> Row:
    name = "{{node}} {{instance}}"
    return Row(
        "Golden signals",
        (
            Panel(
                "Time to start a pod",
                latency.quantile(0.9, START_TIME, by=NODE, over="15m"),
                slot="latency",
                unit="s",
                minimum=0,
                legend=name,
                alert=alerts["start"],
                description="9 of 10 pods ran within this time, pulling images not counted.",
            ),
            Panel(
                "Operations of the runtime",
                promql(f"sum by (operation_type) (rate({OPERATIONS}[5m]))"),
                slot="traffic",
                unit="ops",
                minimum=0,
                kind=panels.TimeSeries(stack=True),
                legend="{{operation_type}}",
                description="What kubelets ask of container runtimes, per second.",
            ),
            Panel(
                "Failing operations",
                burn.ratio(FAILED, OPERATIONS, over="5m", by=NODE),
                slot="errors",
                unit="percentunit",
                minimum=0,
                maximum=1,
                legend=name,
                alert=alerts["runtime"],
                description="Share of the operations that the container runtime failed.",
            ),
            Panel(
                "Running pods",
                promql(f"sum by (node, instance) ({RUNNING})"),
                slot="saturation",
                unit="short",
                minimum=0,
                legend=name,
                description="Pods that run on each node; a kubelet takes 110 unless told otherwise.",
            ),
        ),
        method=Method.GOLDEN,
    )


def _volumes(alerts: Alerts) -> tuple[Panel, ...]:
    return (
        Panel(
            "Used space",
            disk.used(FREE, SIZE),
            unit="percentunit",
            minimum=0,
            maximum=1,
            legend="{{namespace}}/{{persistentvolumeclaim}}",
            alert=alerts["volume_full"],
            description="Share of each claimed volume that is used.",
        ),
        Panel(
            "Free on the line in 4 days",
            disk.projected(FREE, lookback="6h", horizon="4d"),
            unit="bytes",
            legend="{{namespace}}/{{persistentvolumeclaim}}",
            alert=alerts["volume_fills"],
            description="What is free in 4 days if it goes on as in the last 6 hours; below 0 the "
            "volume is full.",
        ),
        Panel(
            "Used inodes",
            disk.used(INODES_FREE, INODES),
            unit="percentunit",
            minimum=0,
            maximum=1,
            legend="{{namespace}}/{{persistentvolumeclaim}}",
            alert=alerts["volume_inodes"],
            description="Share of each claimed volume's inodes that is used.",
        ),
    )


def _node(alerts: Alerts) -> Dashboard:
    return Dashboard(
        "Kubelet of a node",
        slug="node",
        description="Is it this node? Its containers, its runtime, its kubelet's process.",
        per=Variable("instance", of=RUNNING),
        rows=(
            Row(
                "Containers",
                (
                    Panel(
                        "By state",
                        promql("sum by (container_state) (kubelet_running_containers)"),
                        unit="short",
                        minimum=0,
                        legend="{{container_state}}",
                        description="Containers on the node, by state.",
                    ),
                    Panel(
                        "Started",
                        (
                            Query(promql(f"sum(rate({STARTED}[5m]))"), legend="started"),
                            Query(promql(f"sum(rate({NOT_STARTED}[5m]))"), legend="failed"),
                        ),
                        unit="ops",
                        minimum=0,
                        description="Containers per second that were started, or could not be.",
                    ),
                    Panel(
                        "Time to look at all pods",
                        tuple(
                            Query(
                                latency.quantile(q, RELIST_TIME, by=NODE, over="10m"),
                                legend=f"p{q * 100:g}",
                            )
                            for q in (0.5, 0.9)
                        ),
                        unit="s",
                        minimum=0,
                        alert=alerts["relist"],
                        description="How long the kubelet takes to ask the runtime for all pods (PLEG); "
                        "when that takes 3 minutes, the node is not ready.",
                    ),
                ),
            ),
            Row(
                "Container runtime",
                (
                    Panel(
                        "Time of operations",
                        latency.quantile(0.99, OPERATION_TIME, by=("operation_type",)),
                        unit="s",
                        minimum=0,
                        legend="{{operation_type}}",
                        description="99 of 100 operations took at most this long, by kind.",
                    ),
                    Panel(
                        "Failing",
                        promql(f"sum by (operation_type) (rate({FAILED}[5m]))"),
                        unit="ops",
                        minimum=0,
                        legend="{{operation_type}}",
                        description="Operations per second that failed, by kind.",
                    ),
                ),
            ),
            component.api_client(),
            Row("Process", process.panels(legend="the kubelet")),
        ),
    )
