"""The first level: a cluster, its nodes, what is asked of them and what is used, and its namespaces."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Method, Panel, Query, Row, Variable, panels, promql
from mixwright.promql import Expr
from mixwright.standard.dashboards.process import states

from .namespace import namespace
from .records import Records

Alerts = Mapping[str, Sequence[Alert]]
READY = promql('kube_node_status_condition{condition="Ready",status="true"}')
STARTED = promql(
    "clamp_min(max by (cluster, namespace, pod) (kube_pod_container_state_started) - "
    "max by (cluster, namespace, pod) (kube_pod_created), 0)"
)


def allocatable(resource: str) -> Expr:
    """Return how much of a resource all nodes can give."""
    metric = f'kube_node_status_allocatable{{resource="{resource}"}}'
    return promql(f"sum(max by (cluster, node) ({metric}))")


def cluster(r: Records, alerts: Alerts) -> Dashboard:
    """Return the hierarchy of what runs on Kubernetes."""
    return Dashboard(
        "Kubernetes",
        slug="cluster",
        description="Does everything run, and is there room for more? Nodes, pods, what they ask for "
        "and what they use.",
        per=Variable("cluster", of="kube_node_info", multi=True),
        rows=(_nodes(alerts), _signals(r, alerts), _room(r), _namespaces(r)),
        children=(namespace(r, alerts),),
    )


def _nodes(alerts: Alerts) -> Row:
    return Row(
        "Nodes",
        (
            Panel(
                "Nodes ready",
                promql(f"sum({READY})"),
                kind="stat",
                unit="short",
                description="Nodes that take pods.",
            ),
            Panel(
                "Nodes not ready",
                promql(f"count({READY}) - sum({READY})"),
                kind="stat",
                unit="short",
                description="Nodes that are known and take no pods.",
            ),
            Panel(
                "Pods running",
                promql('sum(kube_pod_status_phase{phase="Running"})'),
                kind="stat",
                unit="short",
                description="Pods that run.",
            ),
            Panel(
                "Ready",
                READY,
                kind="state-timeline",
                legend="{{node}}",
                mappings=states(bad="not ready", good="ready"),
                alert=(*alerts["nodes_gone"], *alerts["node"]),
                description="When each node was ready.",
            ),
        ),
    )


def _signals(r: Records, alerts: Alerts) -> Row:
    return Row(
        "Golden signals",
        (
            Panel(
                "Time to start",
                Query(promql(f"quantile(0.95, {STARTED})"), legend="p95"),
                slot="latency",
                unit="s",
                minimum=0,
                description="19 of 20 pods had their containers running within this time, those that "
                "restart included.",
            ),
            Panel(
                "Pods by phase",
                promql("sum by (phase) (kube_pod_status_phase)"),
                slot="traffic",
                unit="short",
                minimum=0,
                kind=panels.TimeSeries(stack=True),
                legend="{{phase}}",
                description="Pods by phase.",
            ),
            Panel(
                "Waiting containers",
                promql("sum by (reason) (kube_pod_container_status_waiting_reason)"),
                slot="errors",
                unit="short",
                minimum=0,
                legend="{{reason}}",
                description="Containers that should run and wait, by why.",
            ),
            Panel(
                "Asked for",
                (
                    Query(
                        promql(f"sum({r.cpu_requested})") / allocatable("cpu"), legend="processors"
                    ),
                    Query(
                        promql(f"sum({r.memory_requested})") / allocatable("memory"),
                        legend="memory",
                    ),
                ),
                slot="saturation",
                unit="percentunit",
                minimum=0,
                maximum=1,
                alert=alerts["room"],
                description="Share of what nodes can give that pods ask for; at 100 % no other fits.",
            ),
        ),
        method=Method.GOLDEN,
    )


def _room(r: Records) -> Row:
    def room(title: str, resource: str, unit: str, *shown: tuple[Expr, str]) -> Panel:
        return Panel(
            title,
            (
                *(Query(promql(f"sum({series})"), legend=legend) for series, legend in shown),
                Query(allocatable(resource), legend="can be given"),
            ),
            unit=unit,
            minimum=0,
            description="What containers use, ask for and may use at most, and what nodes can give.",
        )

    return Row(
        "Used, asked for, and there",
        (
            room(
                "Processors",
                "cpu",
                "short",
                (r.cpu_used, "used"),
                (r.cpu_requested, "requested"),
                (r.cpu_limit, "limits"),
            ),
            room(
                "Memory",
                "memory",
                "bytes",
                (r.memory_used, "used"),
                (r.memory_requested, "requested"),
                (r.memory_limit, "limits"),
            ),
        ),
    )


def _namespaces(r: Records) -> Row:
    def by(series: Expr, legend: str) -> Query:
        return Query(promql(f"sum by (cluster, namespace) ({series})"), legend=legend, instant=True)

    return Row(
        "Namespaces",
        (
            Panel(
                "Namespaces now",
                (
                    by(r.cpu_used, "processors used"),
                    by(r.cpu_requested, "requested"),
                    by(promql(f"{r.memory_used} / 2 ^ 20"), "MiB used"),
                    by(promql(f"{r.memory_requested} / 2 ^ 20"), "MiB requested"),
                    by(r.restarts, "restarts in 15m"),
                ),
                kind="table",
                unit="short",
                decimals=1,
                height=8,
                description="One line for each namespace.",
            ),
        ),
    )
