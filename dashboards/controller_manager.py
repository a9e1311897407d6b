"""Dashboards of kube-controller-manager: all instances, and one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Panel, Row, Variable, promql

from . import component, process

DEPTH = promql("workqueue_depth")
DONE = promql("workqueue_work_duration_seconds_count")
ADDED = promql("workqueue_adds_total")
RETRIED = promql("workqueue_retries_total")
EVICTIONS = promql("node_collector_evictions_total")


def hierarchy(alerts: Mapping[str, Sequence[Alert]]) -> Dashboard:
    """Return the hierarchy: the controllers of each cluster, and the instances they run in."""
    return Dashboard(
        "Controller manager",
        description="Does the cluster become what it should be? Leader, queues, evictions.",
        per=Variable("cluster", of=DEPTH, multi=True),
        rows=(
            component.alive(down=alerts["up"], more=(component.leader(alerts["leader"]),)),
            component.queues(alerts["stuck"]),
            Row(
                "Nodes",
                (
                    Panel(
                        "Evictions",
                        promql(f"sum(rate({EVICTIONS}[5m]))"),
                        unit="ops",
                        minimum=0,
                        legend="pods",
                        description="Pods per second that are taken from nodes that do not answer.",
                    ),
                    Panel(
                        "Nodes that are not healthy",
                        promql("sum by (zone) (node_collector_unhealthy_nodes_in_zone)"),
                        unit="short",
                        minimum=0,
                        legend="{{zone}}",
                        description="Nodes that the controllers hold for unhealthy, by zone.",
                    ),
                ),
            ),
        ),
        children=(
            Dashboard(
                "Controller manager instance",
                slug="instance",
                description="Is it this instance? Its requests to the API server, its process.",
                per=Variable("instance", of=DEPTH),
                rows=(
                    component.api_client(),
                    Row("Process", process.panels(legend="the process")),
                ),
            ),
        ),
    )
