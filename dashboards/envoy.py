"""Dashboards of Envoy: all proxies, what is behind them, and one proxy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Panel, Query, Row, Variable, panels, promql

from . import component, red
from .process import states

REQUESTS = promql("envoy_cluster_upstream_rq_xx")
FAILED = promql('envoy_cluster_upstream_rq_xx{envoy_response_code_class="5"}')
TIME = "envoy_cluster_upstream_rq_time"
LIVE = promql("envoy_server_live")
HEALTHY = promql("envoy_cluster_membership_healthy")
MEMBERS = promql("envoy_cluster_membership_total")
OVERFLOW = promql("envoy_cluster_upstream_rq_pending_overflow")
NOT_CONNECTED = promql("envoy_cluster_upstream_cx_connect_fail")
UPSTREAM = ("cluster", "namespace", "job", "envoy_cluster_name")

Alerts = Mapping[str, Sequence[Alert]]


def hierarchy(alerts: Alerts) -> Dashboard:
    """Return the hierarchy: what is behind all proxies, and one proxy."""
    name = "{{envoy_cluster_name}}"
    return Dashboard(
        "Envoy",
        slug="upstreams",
        description="Does what is behind the proxies answer? Requests, errors and duration by upstream.",
        per=Variable("cluster", of=LIVE, multi=True),
        rows=(
            component.alive(down=alerts["down"]),
            red.row(
                "Upstreams",
                requests=REQUESTS,
                failed=FAILED,
                duration=TIME,
                by=("envoy_cluster_name",),
                legend=name,
                per_second=1000,
                errors=alerts["errors"],
            ),
            Row(
                "Behind the proxies",
                (
                    Panel(
                        "Healthy",
                        promql(
                            f"sum by (envoy_cluster_name) ({HEALTHY}) / "
                            f"sum by (envoy_cluster_name) ({MEMBERS})"
                        ),
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        legend=name,
                        alert=alerts["unhealthy"],
                        description="Share of an upstream's members that take requests.",
                    ),
                    Panel(
                        "Turned away",
                        promql(f"sum by (envoy_cluster_name) (rate({OVERFLOW}[5m]))"),
                        unit="reqps",
                        minimum=0,
                        legend=name,
                        alert=alerts["overflow"],
                        description="Requests per second that found no place in the queue.",
                    ),
                    Panel(
                        "Not connected",
                        promql(f"sum by (envoy_cluster_name) (rate({NOT_CONNECTED}[5m]))"),
                        unit="ops",
                        minimum=0,
                        legend=name,
                        alert=alerts["connect"],
                        description="Connections per second to an upstream that could not be made.",
                    ),
                ),
            ),
        ),
        children=(
            Dashboard(
                "Envoy proxy",
                slug="proxy",
                description="What is it with this proxy? Its callers, its connections, its memory.",
                per=Variable("instance", of=LIVE),
                rows=(
                    Row(
                        "Proxy",
                        (
                            Panel(
                                "Answers to callers",
                                promql(
                                    "sum by (envoy_response_code_class) "
                                    "(rate(envoy_http_downstream_rq_xx[5m]))"
                                ),
                                unit="reqps",
                                minimum=0,
                                kind=panels.TimeSeries(stack=True),
                                legend="{{envoy_response_code_class}}xx",
                                description="Answers per second, by class of status.",
                            ),
                            Panel(
                                "Open connections",
                                (
                                    Query(
                                        promql("sum(envoy_http_downstream_cx_active)"),
                                        legend="of callers",
                                    ),
                                    Query(
                                        promql("sum(envoy_cluster_upstream_cx_active)"),
                                        legend="to upstreams",
                                    ),
                                ),
                                unit="short",
                                minimum=0,
                                description="Connections that are open.",
                            ),
                            Panel(
                                "Memory",
                                promql("envoy_server_memory_allocated"),
                                unit="bytes",
                                minimum=0,
                                legend="allocated",
                                description="Memory that the proxy holds.",
                            ),
                            Panel(
                                "Live",
                                LIVE,
                                kind="state-timeline",
                                legend="the proxy",
                                mappings=states(bad="draining", good="live"),
                                alert=alerts["live"],
                                description="Whether the proxy takes requests.",
                            ),
                        ),
                    ),
                ),
            ),
        ),
    )
