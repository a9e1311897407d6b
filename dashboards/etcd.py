"""Dashboards of etcd: a cluster with its members, and one member."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Method, Panel, Query, Row, Variable, promql
from mixwright.promql import Expr
from mixwright.standard.rules import burn, latency

from . import process
from .process import states

MEMBER = ("cluster", "namespace", "job", "instance")
FSYNC = "etcd_disk_wal_fsync_duration_seconds"
COMMIT = "etcd_disk_backend_commit_duration_seconds"
ROUND_TRIP = "etcd_network_peer_round_trip_time_seconds"
SIZE = promql("etcd_mvcc_db_total_size_in_bytes")
QUOTA = promql("etcd_server_quota_backend_bytes")
HAS_LEADER = promql("etcd_server_has_leader")
LEADER_CHANGES = promql("etcd_server_leader_changes_seen_total")
PENDING = promql("etcd_server_proposals_pending")
REQUESTS = promql('grpc_server_handled_total{grpc_type="unary"}')
FAILED = promql(
    'grpc_server_handled_total{grpc_type="unary",grpc_code=~"DataLoss|DeadlineExceeded|'
    'FailedPrecondition|Internal|ResourceExhausted|Unavailable|Unknown"}'
)
"""What the server is to blame for; the other codes are a client's own fault."""

Alerts = Mapping[str, Sequence[Alert]]
"""The alerts that panels draw, by what they are about."""


def quantile(q: float, histogram: str, *more: str) -> Expr:
    """Return a quantile of what each member has timed, in seconds."""
    return latency.quantile(q, histogram, by=(*MEMBER, *more))


def hierarchy(alerts: Alerts) -> Dashboard:
    """Return the hierarchy: clusters of members, and each member."""
    return Dashboard(
        "etcd",
        description="Does the cluster agree, and fast enough? Members, leader, requests, disks.",
        per=Variable("cluster", of=HAS_LEADER, multi=True),
        rows=(_quorum(alerts), _signals(alerts)),
        children=(_member(alerts),),
    )


def _quorum(alerts: Alerts) -> Row:
    return Row(
        "Quorum",
        (
            Panel(
                "Members up",
                promql("sum(up)"),
                kind="stat",
                unit="short",
                description="Members that answer scrapes.",
            ),
            Panel(
                "Members down",
                promql("count(up) - sum(up)"),
                kind="stat",
                unit="short",
                description="Members that are known and do not answer; a cluster of 3 bears 1.",
            ),
            Panel(
                "Leader changes",
                promql("sum(increase(etcd_server_leader_changes_seen_total[1h]))"),
                kind="stat",
                unit="short",
                decimals=0,
                description="Elections seen by members within the last hour.",
            ),
            Panel(
                "Has a leader",
                HAS_LEADER,
                kind="state-timeline",
                legend=process.INSTANCE,
                mappings=states(bad="no leader", good="leader"),
                alert=alerts["leader"],
                description="Whether each member knows a leader; without one it serves no writes.",
            ),
            process.answering(alerts["up"]),
        ),
    )


def _signals(alerts: Alerts) -> Row:
    return Row(
        "Golden signals",
        (
            Panel(
                "Time to write to disk",
                quantile(0.99, FSYNC),
                slot="latency",
                unit="s",
                minimum=0,
                legend=process.INSTANCE,
                alert=alerts["disk"],
                description="99 of 100 entries of the log reached the disk within this time. Every "
                "write waits for it on most members.",
            ),
            Panel(
                "Requests",
                promql(f"sum by (grpc_method) (rate({REQUESTS}[5m]))"),
                slot="traffic",
                unit="reqps",
                minimum=0,
                legend="{{grpc_method}}",
                description="Requests per second, by method.",
            ),
            Panel(
                "Failing",
                burn.ratio(FAILED, REQUESTS, over="5m", by=MEMBER),
                slot="errors",
                unit="percentunit",
                minimum=0,
                maximum=1,
                legend=process.INSTANCE,
                alert=alerts["requests"],
                description="Share of requests that the member failed; faults of clients do not count.",
            ),
            Panel(
                "Of the quota",
                SIZE / QUOTA,
                slot="saturation",
                unit="percentunit",
                minimum=0,
                maximum=1,
                legend=process.INSTANCE,
                alert=alerts["size"],
                description="Share of its quota that the database takes; a full one takes no writes.",
            ),
        ),
        method=Method.GOLDEN,
    )


def _member(alerts: Alerts) -> Dashboard:
    return Dashboard(
        "etcd member",
        slug="member",
        description="Is it this member? Its disk, its peers, its proposals, its process.",
        per=Variable("instance", of=HAS_LEADER),
        rows=(
            Row("Disk", (*_times("Write-ahead log", FSYNC), *_times("Database commit", COMMIT))),
            Row("Peers and proposals", _proposals(alerts)),
            Row("Database", _database()),
            Row("Process", process.panels(legend="the process")),
        ),
    )


def _times(title: str, histogram: str) -> tuple[Panel, ...]:
    return (
        Panel(
            title,
            tuple(Query(quantile(q, histogram), legend=f"p{q * 100:g}") for q in (0.5, 0.95, 0.99)),
            unit="s",
            minimum=0,
            description="Half, 95 % and 99 % took at most these times.",
        ),
    )


def _proposals(alerts: Alerts) -> tuple[Panel, ...]:
    return (
        Panel(
            "Round trip to peers",
            quantile(0.9, ROUND_TRIP, "To"),
            unit="s",
            minimum=0,
            legend="to {{To}}",
            alert=alerts["peers"],
            description="9 of 10 probes of a peer were answered within this time.",
        ),
        Panel(
            "Proposals",
            (
                Query(
                    promql("rate(etcd_server_proposals_committed_total[5m])"), legend="committed"
                ),
                Query(promql("rate(etcd_server_proposals_applied_total[5m])"), legend="applied"),
                Query(promql("rate(etcd_server_proposals_failed_total[5m])"), legend="failed"),
            ),
            unit="ops",
            minimum=0,
            description="What the cluster agreed on, per second, and what came to nothing.",
        ),
        Panel(
            "Waiting proposals",
            PENDING,
            unit="short",
            minimum=0,
            legend="waiting",
            description="Proposals that wait to be agreed on; many mean load or a slow disk.",
        ),
        Panel(
            "Leader changes",
            promql("increase(etcd_server_leader_changes_seen_total[15m])"),
            unit="short",
            minimum=0,
            legend="within 15m",
            alert=alerts["elections"],
            description="Elections that the member has seen within 15 minutes.",
        ),
        Panel(
            "Lost heartbeats",
            promql("rate(etcd_server_heartbeat_send_failures_total[5m])"),
            unit="ops",
            minimum=0,
            legend="late",
            description="Heartbeats per second that the leader sent too late: it is overloaded, or "
            "its disk is slow.",
        ),
    )


def _database() -> tuple[Panel, ...]:
    return (
        Panel(
            "Size",
            (
                Query(SIZE, legend="on disk"),
                Query(promql("etcd_mvcc_db_total_size_in_use_in_bytes"), legend="in use"),
                Query(QUOTA, legend="quota"),
            ),
            unit="bytes",
            minimum=0,
            description="The database on disk; what is not in use comes back by defragmentation.",
        ),
        Panel(
            "Keys",
            promql("etcd_debugging_mvcc_keys_total"),
            unit="short",
            minimum=0,
            legend="keys",
            description="How many keys the member holds.",
        ),
        Panel(
            "Slow applies",
            promql("rate(etcd_server_slow_apply_total[5m])"),
            unit="ops",
            minimum=0,
            legend="slow",
            description="Entries per second that took more than 100 ms to apply.",
        ),
    )
