"""etcd: the memory of a Kubernetes cluster, its quorum, its disks and its quota."""

from __future__ import annotations

import attrs

from mixwright import Alert, Mixin, RuleGroup, Severity, promql
from mixwright.standard.dashboards import etcd as dashboards
from mixwright.standard.rules import absence, errors, latency, saturation

from ._settings import Settings

CLUSTER = ("cluster", "namespace", "job")


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one cluster to another; the defaults fit most."""

    selector: str = 'job="etcd"'
    fsync_above: float = 0.128
    """Seconds within which 99 of 100 log entries should reach the disk; an edge of a bucket."""
    round_trip_above: float = 0.2048
    """Seconds within which a peer should answer 9 of 10 probes; an edge of a bucket."""
    quota_above: float = 0.8
    """Share of the quota from which on the database is almost full."""


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for clusters of etcd."""
    up = promql("up")
    no_quorum = absence.no_quorum(up, by=CLUSTER, name="EtcdNoQuorum")
    down = absence.target_down(up, name="EtcdMemberDown")
    no_leader = Alert(
        "EtcdNoLeader",
        expr=promql(f"max by (cluster, namespace, job) ({dashboards.HAS_LEADER})").eq(0),
        hold="1m",
        keep_firing="2m",
        severity=Severity.PAGE,
        summary="{{ $labels.job }} has no leader",
        description="No member has known a leader for a minute: nothing can be written, and "
        "Kubernetes stands still.",
    )
    elections = Alert(
        "EtcdLeaderUnstable",
        # Every member counts every election, and `increase()` makes a little more of three.
        expr=promql(
            f"max by (cluster, namespace, job) (increase({dashboards.LEADER_CHANGES}[15m]))"
        )
        > 3.5,
        keep_firing="15m",
        severity=Severity.TICKET,
        summary="{{ $labels.job }} elects leaders again and again",
        description='Its members have seen about {{ $value | printf "%.0f" }} elections within 15m. A slow '
        "disk, an overloaded member or the network is behind it.",
    )
    disk = latency.slow(
        dashboards.FSYNC,
        q=0.99,
        above=config.fsync_above,
        by=dashboards.MEMBER,
        # Entries are written one after the other: the slower the disk, the fewer.
        evidence=1,
        name="EtcdDiskSlow",
        severity=Severity.TICKET,
        hold="10m",
    )
    peers = latency.slow(
        dashboards.ROUND_TRIP,
        # Two probers ask a peer every 30 s: 20 answers within 5m.
        q=0.9,
        above=config.round_trip_above,
        by=(*dashboards.MEMBER, "To"),
        evidence=1,
        name="EtcdPeerSlow",
        severity=Severity.TICKET,
        hold="10m",
    )
    failing = errors.share_high(
        dashboards.FAILED,
        dashboards.REQUESTS,
        above=0.05,
        by=dashboards.MEMBER,
        what="requests",
        name="EtcdRequestsFail",
    )
    full = saturation.high(
        # It grows and does not swing: no average is needed, only what is left of a lost scrape.
        promql(f"last_over_time({dashboards.SIZE}[3m]) / last_over_time({dashboards.QUOTA}[3m])"),
        above=config.quota_above,
        what="quota",
        name="EtcdDatabaseAlmostFull",
        hold="10m",
    )
    alerts = {
        "up": (no_quorum, down),
        "leader": (no_leader,),
        "elections": (elections,),
        "disk": (disk,),
        "peers": (peers,),
        "requests": (failing,),
        "size": (full,),
    }
    return config.mixin(
        "etcd",
        version="0.1.0",
        description="etcd: quorum, leader, disks, peers and quota of clusters and their members.",
        dashboards=dashboards.hierarchy(alerts),
        rules=(
            RuleGroup(
                "etcd",
                interval=config.interval,
                rules=tuple(alert for about in alerts.values() for alert in about),
            ),
        ),
    )


MIXIN = mixin()
