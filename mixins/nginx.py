"""nginx: web servers watched through nginx-prometheus-exporter."""

from __future__ import annotations

import attrs

from mixwright import Alert, Mixin, Recording, RuleGroup, Severity, promql
from mixwright.standard.dashboards import nginx as dashboards
from mixwright.standard.rules import absence, traffic

from ._settings import Settings

INSTANCE = ("cluster", "namespace", "job", "instance")


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one shop to another; the defaults fit most."""

    selector: str = 'job="nginx"'
    connections: int = 1024
    """How many connections a server may have open: its `worker_connections` times its workers."""
    connections_above: float = 0.8
    """Share of them from which on a server is saturated."""
    traffic_below: float = 0.5
    """Share of its own past below which traffic has dropped."""


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for nginx servers."""
    most = round(config.connections * config.connections_above)
    connections = Alert(
        "NginxConnectionsSaturated",
        expr=promql(f"avg_over_time({dashboards.ACTIVE}[2m])") > most,
        hold="2m",
        keep_firing="5m",
        severity=Severity.TICKET,
        summary="{{ $labels.instance }} has hardly a connection left",
        description=f"{{{{ $value | humanize }}}} are open, of {config.connections} there may be.",
    )
    dropped = Alert(
        "NginxConnectionsDropped",
        expr=dashboards.DROPPED > 0.1,
        hold="2m",
        keep_firing="5m",
        severity=Severity.PAGE,
        summary="{{ $labels.instance }} drops connections",
        description="{{ $value | humanize }} connections per second are accepted and not handled: "
        "callers are turned away.",
    )
    alerts = {
        "down": (absence.server_down(dashboards.UP, promql("up"), what="nginx", name="NginxDown"),),
        "connections": (connections,),
        "dropped": (dropped,),
        "traffic": (
            traffic.dropped(
                dashboards.RECORDED_RATE,
                below=config.traffic_below,
                by=INSTANCE,
                name="NginxTrafficDropped",
                severity=Severity.TICKET,
            ),
        ),
    }
    rate = f"sum by ({', '.join(INSTANCE)}) (rate({dashboards.REQUESTS}[5m]))"
    return config.mixin(
        "nginx",
        version="0.1.0",
        description="nginx: requests, connections, and traffic against its own past.",
        dashboards=dashboards.hierarchy(alerts),
        rules=(
            RuleGroup(
                "nginx",
                interval=config.interval,
                rules=(
                    Recording(str(dashboards.RECORDED_RATE), expr=promql(rate)),
                    *(alert for about in alerts.values() for alert in about),
                ),
            ),
        ),
    )


MIXIN = mixin()
