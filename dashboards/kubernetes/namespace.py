"""The second level: a namespace and its workloads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Panel, Query, Row, Variable, panels, promql
from mixwright.promql import Expr

from .records import Records
from .workload import workload

Alerts = Mapping[str, Sequence[Alert]]


def namespace(r: Records, alerts: Alerts) -> Dashboard:
    """Return the dashboard of a namespace, with its workloads below."""
    return Dashboard(
        "Namespace",
        slug="namespace",
        description="Which workload is in trouble? Replicas, restarts, processors and memory of all.",
        per=Variable("namespace", of=r.pods),
        rows=(
            Row("Workloads", _workloads(r, alerts)),
            Row("Used", _used(r)),
            Row("Claims and quotas", _claims(alerts)),
        ),
        children=(workload(r, alerts),),
    )


def _workloads(r: Records, alerts: Alerts) -> tuple[Panel, ...]:
    name = "{{workload}}"

    def by(series: Expr, legend: str) -> Query:
        labels = "cluster, namespace, workload"
        return Query(promql(f"sum by ({labels}) ({series})"), legend=legend, instant=True)

    return (
        Panel(
            "Workloads now",
            (
                by(r.wanted, "wanted"),
                by(r.available, "available"),
                by(r.restarts, "restarts in 15m"),
                by(r.cpu_used, "processors"),
                by(promql(f"{r.memory_used} / 2 ^ 20"), "MiB"),
            ),
            kind="table",
            unit="short",
            decimals=1,
            height=8,
            description="One line for each workload.",
        ),
        Panel(
            "Missing replicas",
            promql(f"{r.wanted} - {r.available}"),
            unit="short",
            minimum=0,
            legend=name,
            alert=(*alerts["gone"], *alerts["degraded"]),
            description="Replicas that are wanted and not available.",
        ),
        Panel(
            "Restarts",
            promql(f"sum by (workload) ({r.restarts})"),
            unit="short",
            minimum=0,
            legend=name,
            description="Restarts of containers within 15 minutes.",
        ),
    )


def _used(r: Records) -> tuple[Panel, ...]:
    name = "{{workload}}"
    return (
        Panel(
            "Processors",
            promql(f"sum by (workload) ({r.cpu_used})"),
            unit="short",
            minimum=0,
            kind=panels.TimeSeries(stack=True),
            legend=name,
            description="Processors' worth of time that each workload uses.",
        ),
        Panel(
            "Memory",
            promql(f"sum by (workload) ({r.memory_used})"),
            unit="bytes",
            minimum=0,
            kind=panels.TimeSeries(stack=True),
            legend=name,
            description="Memory that each workload works with.",
        ),
    )


def _claims(alerts: Alerts) -> tuple[Panel, ...]:
    return (
        Panel(
            "Claims",
            promql("sum by (phase) (kube_persistentvolumeclaim_status_phase)"),
            unit="short",
            minimum=0,
            legend="{{phase}}",
            alert=alerts["claim"],
            description="Claims of volumes by phase; a pending one keeps its pod waiting.",
        ),
        Panel(
            "Autoscalers at their limit",
            promql(
                "sum by (horizontalpodautoscaler) (kube_horizontalpodautoscaler_status_current_replicas) / "
                "sum by (horizontalpodautoscaler) (kube_horizontalpodautoscaler_spec_max_replicas)"
            ),
            unit="percentunit",
            minimum=0,
            maximum=1,
            legend="{{horizontalpodautoscaler}}",
            alert=alerts["autoscaler"],
            description="Replicas of those that an autoscaler may start at most.",
        ),
    )
