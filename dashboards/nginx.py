"""Dashboards of nginx: all servers, and one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Method, Panel, Query, Row, Variable, panels, promql
from mixwright.standard.rules import traffic

from . import component, process

UP = promql("nginx_up")
REQUESTS = promql("nginx_http_requests_total")
ACCEPTED = promql("nginx_connections_accepted")
HANDLED = promql("nginx_connections_handled")
ACTIVE = promql("nginx_connections_active")
RECORDED_RATE = promql("instance:nginx_http_requests:rate5m")
DROPPED = promql(f"rate({ACCEPTED}[5m]) - rate({HANDLED}[5m])")

Alerts = Mapping[str, Sequence[Alert]]


def hierarchy(alerts: Alerts) -> Dashboard:
    """Return the hierarchy: all servers, and each."""
    name = process.INSTANCE
    return Dashboard(
        "nginx",
        slug="servers",
        description="Which web server is in trouble? All of them, by traffic, dropped connections and "
        "saturation. Times and status codes are not among what open-source nginx tells: see its "
        "access log, or a probe.",
        per=Variable("cluster", of=UP, multi=True),
        rows=(
            component.behind_exporter(UP, down=alerts["down"]),
            Row(
                "Connections",
                (
                    Panel(
                        "Requests",
                        promql(f"rate({REQUESTS}[5m])"),
                        slot="utilisation",
                        unit="reqps",
                        minimum=0,
                        legend=name,
                        description="Requests per second.",
                    ),
                    Panel(
                        "Connections",
                        ACTIVE,
                        slot="saturation",
                        unit="short",
                        minimum=0,
                        legend=name,
                        alert=alerts["connections"],
                        description="Open connections; `worker_connections` times workers is the most "
                        "there may be.",
                    ),
                    Panel(
                        "Dropped connections",
                        DROPPED,
                        slot="errors",
                        unit="ops",
                        minimum=0,
                        legend=name,
                        alert=alerts["dropped"],
                        description="Connections per second that were accepted and not handled, for "
                        "want of a worker's connection or of files.",
                    ),
                ),
                method=Method.USE,
            ),
        ),
        children=(_server(alerts),),
    )


def _server(alerts: Alerts) -> Dashboard:
    return Dashboard(
        "nginx server",
        slug="server",
        description="What do this server's connections do, and is its traffic what it was?",
        per=Variable("instance", of=UP),
        rows=(
            Row(
                "Connections",
                (
                    Panel(
                        "By what they do",
                        (
                            Query(promql("nginx_connections_reading"), legend="reading"),
                            Query(promql("nginx_connections_writing"), legend="writing"),
                            Query(promql("nginx_connections_waiting"), legend="kept alive"),
                        ),
                        unit="short",
                        minimum=0,
                        kind=panels.TimeSeries(stack=True),
                        description="Open connections: requests being read, answers being written, and "
                        "those that wait for another request.",
                    ),
                    Panel(
                        "Requests of a connection",
                        promql(f"rate({REQUESTS}[5m]) / rate({HANDLED}[5m])"),
                        unit="short",
                        minimum=0,
                        legend="requests",
                        description="How many requests come over one connection.",
                    ),
                ),
            ),
            Row(
                "Against its own past",
                (
                    Panel(
                        "Requests",
                        (
                            Query(traffic.now(RECORDED_RATE), legend="now"),
                            Query(traffic.before(RECORDED_RATE), legend="the hour before"),
                        ),
                        unit="reqps",
                        minimum=0,
                        alert=alerts["traffic"],
                        description="Requests per second, and their moving average of an hour that "
                        "ended 15 minutes ago.",
                    ),
                ),
            ),
        ),
    )
