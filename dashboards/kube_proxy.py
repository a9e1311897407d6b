"""Dashboards of kube-proxy: all nodes, and one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Method, Panel, Query, Row, Variable, promql
from mixwright.standard.rules import latency

from . import component, process

NODE = ("cluster", "job", "instance")
SYNC = "kubeproxy_sync_proxy_rules_duration_seconds"
PROGRAMMING = "kubeproxy_network_programming_duration_seconds"
FAILURES = promql("kubeproxy_sync_proxy_rules_iptables_restore_failures_total")
QUEUED = promql("kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds")
SYNCED = promql("kubeproxy_sync_proxy_rules_last_timestamp_seconds")


def hierarchy(alerts: Mapping[str, Sequence[Alert]]) -> Dashboard:
    """Return the hierarchy: kube-proxy on all nodes, and on one."""
    return Dashboard(
        "kube-proxy",
        description="Do services lead to the pods that are there? Rules, and how fast they follow.",
        per=Variable("cluster", of=SYNCED, multi=True),
        rows=(
            component.alive(down=alerts["up"]),
            Row(
                "Golden signals",
                (
                    Panel(
                        "Time to the network",
                        latency.quantile(0.9, PROGRAMMING, by=("cluster", "job"), over="15m"),
                        slot="latency",
                        unit="s",
                        minimum=0,
                        legend="p90",
                        alert=alerts["slow"],
                        description="9 of 10 changes of a service were in the network within this "
                        "time.",
                    ),
                    Panel(
                        "Syncs",
                        promql(f"sum by (instance) (rate({SYNC}_count[5m]))"),
                        slot="traffic",
                        unit="ops",
                        minimum=0,
                        legend=process.INSTANCE,
                        description="How often per second the rules were written.",
                    ),
                    Panel(
                        "Failed syncs",
                        promql(
                            f"sum by (instance) (rate({FAILURES}[5m])) "
                            f"or 0 * sum by (instance) (rate({SYNC}_count[5m]))"
                        ),
                        slot="errors",
                        unit="ops",
                        minimum=0,
                        legend=process.INSTANCE,
                        alert=alerts["failures"],
                        description="Rules per second that could not be written.",
                    ),
                    Panel(
                        "Behind",
                        promql(f"sum by (instance) (clamp_min({QUEUED} - {SYNCED}, 0))"),
                        slot="saturation",
                        unit="s",
                        minimum=0,
                        legend=process.INSTANCE,
                        alert=alerts["stale"],
                        description="How much later the last change was asked for than rules were "
                        "last written.",
                    ),
                ),
                method=Method.GOLDEN,
            ),
        ),
        children=(
            Dashboard(
                "kube-proxy of a node",
                slug="node",
                description="Is it this node? Its rules, its process.",
                per=Variable("instance", of=SYNCED),
                rows=(
                    Row(
                        "Rules",
                        (
                            Panel(
                                "Time of a sync",
                                tuple(
                                    Query(
                                        latency.quantile(q, SYNC, by=NODE), legend=f"p{q * 100:g}"
                                    )
                                    for q in (0.5, 0.99)
                                ),
                                unit="s",
                                minimum=0,
                                description="Half and 99 % of syncs took at most these times.",
                            ),
                            Panel(
                                "Rules written",
                                promql(
                                    "sum by (table) (kubeproxy_sync_proxy_rules_iptables_total)"
                                ),
                                unit="short",
                                minimum=0,
                                legend="{{table}}",
                                description="Rules that kube-proxy keeps in the kernel, by table.",
                            ),
                        ),
                    ),
                    Row("Process", process.panels(legend="the process")),
                ),
            ),
        ),
    )
