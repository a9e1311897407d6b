"""The first level: all services beside each other, by the four golden signals."""

from __future__ import annotations

from mixwright import Dashboard, Method, Panel, Query, Row, Variable, promql

from .service import service
from .signals import Alerts, Signals


def fleet(s: Signals, alerts: Alerts) -> Dashboard:
    """Return the hierarchy of HTTP services: all of them, one, and its instances."""
    name = f"{{{{{s.service[-1]}}}}}"
    labels = ", ".join(s.service)
    up = s.of_services(s.up)
    return Dashboard(
        "HTTP services",
        slug="services",
        description="Which service is in trouble? All of them, by latency, traffic, errors and "
        "saturation.",
        per=Variable("cluster", of=s.all_requests, multi=True),
        rows=(
            Row(
                "Services",
                (
                    Panel(
                        "Requests",
                        promql(f"sum(rate({s.requests}[5m]))"),
                        kind="stat",
                        unit="reqps",
                        description="Requests per second to all services.",
                    ),
                    Panel(
                        "Failing",
                        s.error_ratio(()),
                        kind="stat",
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        decimals=2,
                        description="Failed share of the requests to all services.",
                    ),
                    Panel(
                        "Instances down",
                        promql(f"count({up}) - sum({up})"),
                        kind="stat",
                        unit="short",
                        description="Instances that are known and do not answer.",
                    ),
                    Panel(
                        "Services now",
                        (
                            Query(s.rate(s.service), legend="requests per second", instant=True),
                            Query(
                                promql(f"100 * {s.error_ratio(s.service)}"),
                                legend="% failing",
                                instant=True,
                            ),
                            Query(
                                promql(f"1000 * {s.quantile(0.95, s.service)}"),
                                legend="p95 in ms",
                                instant=True,
                            ),
                            Query(
                                promql(f"count by ({labels}) ({up} == 1)"),
                                legend="instances up",
                                instant=True,
                            ),
                        ),
                        kind="table",
                        unit="short",
                        decimals=1,
                        height=7,
                        description="One line for each service.",
                    ),
                ),
            ),
            Row(
                "Golden signals",
                (
                    Panel(
                        "p95 latency",
                        s.quantile(0.95, s.service),
                        slot="latency",
                        width=6,
                        unit="s",
                        minimum=0,
                        legend=name,
                        alert=alerts.latency,
                        description="19 of 20 requests were answered within this time.",
                    ),
                    Panel(
                        "Traffic",
                        s.rate(s.service),
                        slot="traffic",
                        width=6,
                        unit="reqps",
                        minimum=0,
                        legend=name,
                        description="Requests per second.",
                    ),
                    Panel(
                        "Failing",
                        s.error_ratio(s.service),
                        slot="errors",
                        width=6,
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        legend=name,
                        description="Failed share of requests.",
                    ),
                    Panel(
                        "Slots taken",
                        s.slots_used(s.service),
                        slot="saturation",
                        width=6,
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        legend=name,
                        description="Share of worker slots taken on each service's busiest "
                        "instance.",
                    ),
                ),
                method=Method.GOLDEN,
            ),
        ),
        children=(service(s, alerts),),
    )
