"""What dashboards of Kubernetes' own components have in common: who leads, what waits, what they ask the API server."""

from __future__ import annotations

from collections.abc import Sequence

from mixwright import Alert, Method, Panel, Query, Row, panels, promql
from mixwright.promql import Expr
from mixwright.standard.rules import burn, latency

from . import process
from .process import states

QUEUED = "workqueue_queue_duration_seconds"
API_CALLS = "rest_client_request_duration_seconds"


def alive(
    *, down: Sequence[Alert] = (), more: Sequence[Panel] = (), legend: str = process.INSTANCE
) -> Row:
    """Return the row that says whether a component is there."""
    return Row(
        "Alive",
        (
            Panel(
                "Up",
                promql("sum(up)"),
                kind="stat",
                unit="short",
                description="Instances that answer scrapes.",
            ),
            Panel(
                "Down",
                promql("count(up) - sum(up)"),
                kind="stat",
                unit="short",
                description="Instances that are known and do not answer.",
            ),
            *more,
            process.answering(down, legend=legend),
        ),
    )


def behind_exporter(flag: Expr, *, down: Sequence[Alert] = (), more: Sequence[Panel] = ()) -> Row:
    """Return the row that says whether servers are there which tell of themselves through an exporter.

    `flag` is the exporter's own gauge, `apache_up`; where the exporter is gone too, its `up` stands in.
    """
    return Row(
        "Alive",
        (
            Panel(
                "Up",
                promql(f"sum({flag})"),
                kind="stat",
                unit="short",
                description="Servers that answer their exporter.",
            ),
            Panel(
                "Down",
                promql(f"count({flag}) - sum({flag})"),
                kind="stat",
                unit="short",
                description="Servers that do not answer their exporter.",
            ),
            Panel(
                "Answering",
                flag | process.UP,
                kind="state-timeline",
                legend=process.INSTANCE,
                mappings=states(bad="down", good="up"),
                alert=tuple(down),
                description="When each server answered its exporter.",
            ),
            *more,
        ),
    )


def leader(alerts: Sequence[Alert] = ()) -> Panel:
    """Return the panel that shows which instance leads."""
    return Panel(
        "Leader",
        promql("leader_election_master_status"),
        kind="state-timeline",
        legend=process.INSTANCE,
        mappings={0: "stands by", 1: "leads"},
        alert=tuple(alerts),
        description="Which instance does the work; the others stand by.",
    )


def queues(alerts: Sequence[Alert] = ()) -> Row:
    """Return the row on the queues that controllers work off."""
    name = "{{name}}"
    return Row(
        "Work queues",
        (
            Panel(
                "Added",
                promql("sum by (name) (rate(workqueue_adds_total[5m]))"),
                slot="rate",
                unit="ops",
                minimum=0,
                legend=name,
                description="Objects per second that changed and have to be looked at, by queue.",
            ),
            Panel(
                "Retried",
                promql("sum by (name) (rate(workqueue_retries_total[5m]))"),
                slot="errors",
                unit="ops",
                minimum=0,
                legend=name,
                description="Objects per second that could not be dealt with, and come again.",
            ),
            Panel(
                "Time in the queue",
                promql(
                    f"histogram_quantile(0.99, sum by (name, le) (rate({QUEUED}_bucket[5m])))",
                ),
                slot="duration",
                unit="s",
                minimum=0,
                legend=name,
                description="99 of 100 objects waited at most this long, by queue.",
            ),
            Panel(
                "Waiting",
                promql("sum by (name) (workqueue_depth)"),
                unit="short",
                minimum=0,
                legend=name,
                alert=tuple(alerts),
                description="Objects that wait, by queue; what stays above 0 is not worked off.",
            ),
        ),
        method=Method.RED,
    )


def api_client() -> Row:
    """Return the row on the requests that a component sends to the API server."""
    return Row(
        "Requests to the API server",
        (
            Panel(
                "By status",
                promql("sum by (code) (rate(rest_client_requests_total[5m]))"),
                slot="rate",
                unit="reqps",
                minimum=0,
                kind=panels.TimeSeries(stack=True),
                legend="{{code}}",
                description="Requests per second, by status code.",
            ),
            Panel(
                "Failing",
                Query(
                    burn.ratio(
                        promql('rest_client_requests_total{code=~"5..|<error>"}'),
                        promql("rest_client_requests_total"),
                        over="5m",
                        by=("cluster", "job"),
                    ),
                    legend="failing",
                ),
                slot="errors",
                unit="percentunit",
                minimum=0,
                maximum=1,
                description="Share of requests that the API server failed or never answered.",
            ),
            Panel(
                "Time to answer",
                latency.quantile(0.99, API_CALLS, by=("verb",)),
                slot="duration",
                unit="s",
                minimum=0,
                legend="{{verb}}",
                description="99 of 100 requests were answered within this time, by verb.",
            ),
        ),
        method=Method.RED,
    )
