"""The third level: one filesystem, one disk or one interface of a machine."""

from __future__ import annotations

from mixwright import Dashboard, Method, Panel, Query, Row, Variable, promql
from mixwright.standard.dashboards.process import states
from mixwright.standard.rules import disk as disk_rules

from .signals import Alerts, Signals


def filesystem(s: Signals, alerts: Alerts) -> Dashboard:
    """Return the dashboard of one filesystem of a machine."""
    soon = disk_rules.projected(s.free, lookback="20m", horizon="1h")
    later = disk_rules.projected(s.free, lookback="6h", horizon="1d")
    return Dashboard(
        "Filesystem",
        slug="filesystem",
        description="When is this filesystem full? Space and inodes, and where the line leads.",
        per=Variable("mountpoint", of=s.size),
        rows=(
            Row(
                "Space",
                (
                    Panel(
                        "Used",
                        s.space_used,
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        legend="{{device}}",
                        alert=alerts.space,
                        description="Used share, without what is reserved for root.",
                    ),
                    Panel(
                        "Size and free",
                        (Query(s.size, legend="size"), Query(s.free, legend="free")),
                        unit="bytes",
                        minimum=0,
                        description="How large it is, and how much ordinary users may still write.",
                    ),
                    Panel(
                        "Growth",
                        promql(f"-deriv({s.free}[20m])"),
                        unit="binBps",
                        legend="growth",
                        description="Bytes per second by which free space shrinks, over 20 minutes.",
                    ),
                ),
            ),
            Row(
                "If it goes on like this",
                (
                    Panel(
                        "Free in an hour",
                        soon,
                        unit="bytes",
                        legend="by the last 20 minutes",
                        alert=alerts.fills_within_hour,
                        description="What the line through the last 20 minutes leaves in an hour; "
                        "at zero it is full.",
                    ),
                    Panel(
                        "Free in a day",
                        later,
                        unit="bytes",
                        legend="by the last 6 hours",
                        alert=alerts.fills_within_day,
                        description="What the line through the last 6 hours leaves in a day.",
                    ),
                ),
            ),
            Row(
                "Inodes and state",
                (
                    Panel(
                        "Inodes used",
                        s.inodes_used,
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        legend="{{device}}",
                        alert=alerts.inodes,
                        description="Used share of the number of files that it can have.",
                    ),
                    Panel(
                        "State",
                        (
                            Query(s.read_only, legend="read-only"),
                            Query(s.device_errors, legend="cannot be asked"),
                        ),
                        kind="state-timeline",
                        mappings=states(good="no", bad="yes", bad_at=1),
                        alert=alerts.read_only,
                        description="Whether it refuses writes, or does not answer at all.",
                    ),
                ),
            ),
        ),
    )


def disk(s: Signals) -> Dashboard:
    """Return the dashboard of one disk of a machine."""
    reads, writes = s.disk_rate("reads_completed"), s.disk_rate("writes_completed")
    return Dashboard(
        "Disk",
        slug="disk",
        description="Is this disk the bottleneck? How busy it is, how long requests take.",
        per=Variable("device", of=f"node_disk_io_time_seconds_total{{{s.disks}}}"),
        panels=(
            Panel(
                "Busy",
                s.disk_rate("io_time_seconds"),
                unit="percentunit",
                minimum=0,
                maximum=1,
                legend="busy",
                description="Share of time with at least one request under way.",
            ),
            Panel(
                "Requests waiting",
                s.disk_rate("io_time_weighted_seconds"),
                unit="short",
                minimum=0,
                legend="waiting or served",
                description="Mean number of requests that wait or are served.",
            ),
            Panel(
                "Time per request",
                (
                    Query(s.disk_rate("read_time_seconds") / reads, legend="read"),
                    Query(s.disk_rate("write_time_seconds") / writes, legend="write"),
                ),
                unit="s",
                minimum=0,
                description="Mean time from asking to answer, waiting included.",
            ),
            Panel(
                "Requests",
                (Query(reads, legend="read"), Query(writes, legend="write")),
                unit="iops",
                minimum=0,
                description="Requests completed per second.",
            ),
            Panel(
                "Throughput",
                (
                    Query(s.disk_rate("read_bytes"), legend="read"),
                    Query(s.disk_rate("written_bytes"), legend="written"),
                ),
                unit="binBps",
                minimum=0,
                description="Bytes read and written per second.",
            ),
        ),
    )


def network(s: Signals, alerts: Alerts) -> Dashboard:
    """Return the dashboard of one network interface of a machine."""

    def both(metric: str, factor: str = "") -> tuple[Query, Query]:
        return (
            Query(promql(f"{s.network_rate(f'receive_{metric}')}{factor}"), legend="received"),
            Query(promql(f"{s.network_rate(f'transmit_{metric}')}{factor}"), legend="sent"),
        )

    return Dashboard(
        "Network interface",
        slug="network",
        description="Does this interface lose packets? Traffic, drops and errors.",
        per=Variable("device", of=s.network("receive_bytes")),
        rows=(
            Row(
                "Interface",
                (
                    Panel(
                        "Traffic",
                        both("bytes", " * 8"),
                        slot="utilisation",
                        unit="bps",
                        minimum=0,
                        description="Bits per second.",
                    ),
                    Panel(
                        "Packets",
                        both("packets"),
                        slot="utilisation",
                        unit="pps",
                        minimum=0,
                        description="Packets per second.",
                    ),
                    Panel(
                        "Dropped",
                        both("drop"),
                        slot="saturation",
                        unit="pps",
                        minimum=0,
                        description="Packets thrown away for want of room.",
                    ),
                    Panel(
                        "Share with errors",
                        (
                            Query(s.network_failing("receive"), legend="received"),
                            Query(s.network_failing("transmit"), legend="sent"),
                        ),
                        slot="errors",
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        alert=alerts.network,
                        description="Share of packets with errors.",
                    ),
                ),
                method=Method.USE,
            ),
        ),
    )
