"""Dashboards of kube-apiserver: all instances, and one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Method, Panel, Query, Row, Variable, panels, promql
from mixwright.standard.rules import burn, latency

from . import component, process

JOB = ("cluster", "job")
TIME = "apiserver_request_sli_duration_seconds"
ETCD_TIME = "etcd_request_duration_seconds"
WAIT = "apiserver_flowcontrol_request_wait_duration_seconds"
REQUESTS = promql('apiserver_request_total{verb!="WATCH"}')
FAILED = promql('apiserver_request_total{verb!="WATCH",code=~"5.."}')
REJECTED = promql("apiserver_flowcontrol_rejected_requests_total")
TERMINATED = promql("apiserver_request_terminations_total")
UNAVAILABLE = promql("aggregator_unavailable_apiservice")
EXECUTING = promql("apiserver_flowcontrol_current_executing_seats")
SEATS = promql("apiserver_flowcontrol_current_limit_seats")
EXPIRING = promql('apiserver_client_certificate_expiration_seconds_bucket{le="86400"}')
OBJECTS = promql("apiserver_storage_objects")
RECORDED_ERRORS = "cluster_job:apiserver_request_errors"

Alerts = Mapping[str, Sequence[Alert]]


def hierarchy(alerts: Alerts) -> Dashboard:
    """Return the hierarchy: the API of each cluster, and the instances that serve it."""
    return Dashboard(
        "API server",
        description="Does the API answer, fast and without fail? Requests, objective, queues, etcd.",
        per=Variable("cluster", of=REQUESTS, multi=True),
        rows=(
            component.alive(down=alerts["up"]),
            _signals(alerts),
            _budget(alerts),
            Row("Behind the API", _behind(alerts)),
        ),
        children=(_instance(alerts),),
    )


def _signals(alerts: Alerts) -> Row:
    return Row(
        "Golden signals",
        (
            Panel(
                "Time to answer",
                latency.quantile(0.99, TIME, by=("verb",)),
                slot="latency",
                unit="s",
                minimum=0,
                legend="{{verb}}",
                alert=alerts["slow"],
                description="99 of 100 requests were answered within this time, by verb; time spent "
                "in webhooks and queues is not the server's and does not count.",
            ),
            Panel(
                "Requests",
                promql(f"sum by (verb) (rate({REQUESTS}[5m]))"),
                slot="traffic",
                unit="reqps",
                minimum=0,
                kind=panels.TimeSeries(stack=True),
                legend="{{verb}}",
                description="Requests per second, by verb; watches, which last, are left out.",
            ),
            Panel(
                "Failing",
                Query(burn.ratio(FAILED, REQUESTS, over="5m", by=JOB), legend="failing"),
                slot="errors",
                unit="percentunit",
                minimum=0,
                maximum=1,
                description="Share of requests that the server failed.",
            ),
            Panel(
                "Seats taken",
                promql(f"sum by (priority_level) ({EXECUTING})")
                / promql(f"sum by (priority_level) ({SEATS})"),
                slot="saturation",
                unit="percentunit",
                minimum=0,
                maximum=1,
                legend="{{priority_level}}",
                alert=alerts["seats"],
                description="Share of the seats of each priority level that requests take; what finds "
                "none waits, then is rejected.",
            ),
        ),
        method=Method.GOLDEN,
    )


def _budget(alerts: Alerts) -> Row:
    def windows(*names: str) -> tuple[Query, ...]:
        return tuple(
            Query(burn.recorded(RECORDED_ERRORS, over=name), legend=f"over {name}")
            for name in names
        )

    return Row(
        "Error budget",
        (
            Panel(
                "Spent too fast, to page",
                windows("5m", "30m", "1h", "6h"),
                unit="short",
                minimum=0,
                alert=alerts["budget_fast"],
                description="How many times too fast the budget is spent; at 1 it lasts for the month.",
            ),
            Panel(
                "Spent too fast, for a ticket",
                windows("2h", "6h", "1d", "3d"),
                unit="short",
                minimum=0,
                alert=alerts["budget_slowly"],
                description="The same over longer windows.",
            ),
        ),
    )


def _behind(alerts: Alerts) -> tuple[Panel, ...]:
    return (
        Panel(
            "Time of etcd",
            latency.quantile(0.99, ETCD_TIME, by=("operation",)),
            unit="s",
            minimum=0,
            legend="{{operation}}",
            description="99 of 100 requests to etcd were answered within this time, by operation.",
        ),
        Panel(
            "Objects",
            promql(f"topk(10, max by (resource) ({OBJECTS}))"),
            unit="short",
            minimum=0,
            legend="{{resource}}",
            description="The ten kinds of which most objects are stored.",
        ),
        Panel(
            "APIs that do not answer",
            promql(f"sum by (name) ({UNAVAILABLE})"),
            unit="short",
            minimum=0,
            legend="{{name}}",
            alert=alerts["aggregated"],
            description="Aggregated APIs, such as that of metrics, whose own server does not answer.",
        ),
        Panel(
            "Not served",
            (
                Query(
                    promql(
                        f"sum(rate({REJECTED}[5m])) or 0 * sum(rate(apiserver_request_total[5m]))"
                    ),
                    legend="rejected",
                ),
                Query(
                    promql(
                        f"sum(rate({TERMINATED}[5m])) or 0 * sum(rate(apiserver_request_total[5m]))"
                    ),
                    legend="terminated",
                ),
            ),
            unit="reqps",
            minimum=0,
            alert=(*alerts["rejected"], *alerts["terminated"]),
            description="Requests per second that found no seat in time, or that the server gave up.",
        ),
    )


def _instance(alerts: Alerts) -> Dashboard:
    return Dashboard(
        "API server instance",
        slug="instance",
        description="Is it this instance? Its requests, queues and certificates, its process.",
        per=Variable("instance", of=REQUESTS),
        rows=(
            Row(
                "Requests",
                (
                    Panel(
                        "By status",
                        promql("sum by (code) (rate(apiserver_request_total[5m]))"),
                        unit="reqps",
                        minimum=0,
                        kind=panels.TimeSeries(stack=True),
                        legend="{{code}}",
                        description="Requests per second, by status code.",
                    ),
                    Panel(
                        "By resource",
                        promql(f"topk(10, sum by (resource) (rate({REQUESTS}[5m])))"),
                        unit="reqps",
                        minimum=0,
                        legend="{{resource}}",
                        description="The ten resources that are asked for most.",
                    ),
                    Panel(
                        "In flight",
                        promql("sum by (request_kind) (apiserver_current_inflight_requests)"),
                        unit="short",
                        minimum=0,
                        legend="{{request_kind}}",
                        description="Requests being answered, reading and changing ones.",
                    ),
                    Panel(
                        "Time in the queue",
                        latency.quantile(0.99, WAIT, by=("priority_level",)),
                        unit="s",
                        minimum=0,
                        legend="{{priority_level}}",
                        description="99 of 100 requests waited at most this long for a seat.",
                    ),
                    Panel(
                        "Expiring certificates",
                        promql(f"increase({EXPIRING}[1h])"),
                        unit="short",
                        minimum=0,
                        legend="requests within 1h",
                        alert=alerts["certificates"],
                        description="Requests of clients whose certificate is valid for less than a "
                        "day.",
                    ),
                ),
            ),
            component.queues(),
            Row("Process", process.panels(legend="the process")),
        ),
    )
