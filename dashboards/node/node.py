"""The second level: one machine, resource by resource, by Brendan Gregg's USE method."""

from __future__ import annotations

from mixwright import Annotation, Dashboard, Method, Panel, Query, Row, Variable, panels, promql
from mixwright.standard.dashboards.process import states

from .devices import disk, filesystem, network
from .signals import Alerts, Signals


def node(s: Signals, alerts: Alerts) -> Dashboard:
    """Return the dashboard of one machine, with its filesystems, disks and interfaces below."""
    return Dashboard(
        "Node",
        slug="node",
        description="What is this machine short of? Processors, memory, disks and network: "
        "how busy, how much waits, what fails.",
        per=Variable("instance", of="node_boot_time_seconds"),
        rows=(
            _processors(s, alerts),
            _memory(s, alerts),
            _disks(s, alerts),
            _network(s, alerts),
            _machine(s, alerts),
        ),
        annotations=Annotation(
            "Reboot",
            "changes(node_boot_time_seconds[2m]) > 0",
            text="{{instance}}",
        ),
        children=(filesystem(s, alerts), disk(s), network(s, alerts)),
    )


def _processors(s: Signals, alerts: Alerts) -> Row:
    return Row(
        "Processors",
        (
            Panel(
                "Busy",
                (
                    Query(s.cpu_busy, legend="busy"),
                    Query(s.cpu_busy_unniced, legend="without niced work"),
                ),
                width=6,
                slot="utilisation",
                unit="percentunit",
                minimum=0,
                maximum=1,
                alert=alerts.cpu,
                description="Share of processor time that is not idle. Niced work uses what others "
                "leave; while it is most of it, nobody is short of anything.",
            ),
            Panel(
                "Time by mode",
                s.cpu_modes,
                width=6,
                slot="utilisation",
                unit="percentunit",
                minimum=0,
                maximum=1,
                kind=panels.TimeSeries(stack=True),
                legend="{{mode}}",
                description="What the processors do, niced work and waiting for disks included.",
            ),
            Panel(
                "Waiting for processors",
                s.cpu_waiting,
                width=6,
                slot="saturation",
                unit="percentunit",
                minimum=0,
                maximum=1,
                legend="some task waits",
                description="Share of time in which some task was ready and had no processor.",
            ),
            Panel(
                "Stolen time",
                s.cpu_stolen,
                width=6,
                slot="errors",
                unit="percentunit",
                minimum=0,
                maximum=1,
                legend="stolen",
                description="Time that the hypervisor gave to other machines: the one processor "
                "fault that a virtual machine can see.",
            ),
        ),
        method=Method.USE,
    )


def _memory(s: Signals, alerts: Alerts) -> Row:
    return Row(
        "Memory",
        (
            Panel(
                "Used",
                s.memory_used,
                slot="utilisation",
                unit="percentunit",
                minimum=0,
                maximum=1,
                legend="used",
                alert=alerts.memory,
                description="Share that programs cannot get any more without swapping.",
            ),
            Panel(
                "Waiting for memory",
                s.memory_waiting,
                slot="saturation",
                unit="percentunit",
                minimum=0,
                maximum=1,
                legend="some task waits",
                description="Share of time in which some task waited for memory to be freed or "
                "read back.",
            ),
            Panel(
                "Killed for memory",
                s.oom_killed,
                slot="errors",
                unit="short",
                minimum=0,
                legend="kills in 15 minutes",
                alert=alerts.oom,
                description="Processes that the kernel killed because memory ran out.",
            ),
        ),
        method=Method.USE,
    )


def _disks(s: Signals, alerts: Alerts) -> Row:
    return Row(
        "Filesystems and disks",
        (
            Panel(
                "Space used",
                s.space_used,
                slot="utilisation",
                unit="percentunit",
                minimum=0,
                maximum=1,
                legend="{{mountpoint}}",
                alert=alerts.space,
                description="Used share of each filesystem.",
            ),
            Panel(
                "Disks busy",
                s.disk_rate("io_time_seconds"),
                slot="utilisation",
                unit="percentunit",
                minimum=0,
                maximum=1,
                legend="{{device}}",
                description="Share of time with at least one request under way; a solid-state disk "
                "at 100 % may have much left to give.",
            ),
            Panel(
                "Requests waiting",
                s.disk_rate("io_time_weighted_seconds"),
                slot="saturation",
                unit="short",
                minimum=0,
                legend="{{device}}",
                description="Mean number of requests that wait or are served.",
            ),
            Panel(
                "Waiting for disks",
                s.io_waiting,
                slot="saturation",
                unit="percentunit",
                minimum=0,
                maximum=1,
                legend="some task waits",
                description="Share of time in which some task waited for a disk.",
            ),
            Panel(
                "Read-only",
                s.read_only,
                slot="errors",
                kind="state-timeline",
                legend="{{mountpoint}}",
                mappings=states(good="writable", bad="read-only", bad_at=1),
                alert=alerts.read_only,
                description="Filesystems that refuse writes; Linux does that after I/O errors.",
            ),
        ),
        method=Method.USE,
    )


def _network(s: Signals, alerts: Alerts) -> Row:
    return Row(
        "Network",
        (
            Panel(
                "Traffic",
                (
                    Query(f"{s.network_rate('receive_bytes')} * 8", legend="{{device}} received"),
                    Query(f"{s.network_rate('transmit_bytes')} * 8", legend="{{device}} sent"),
                ),
                slot="utilisation",
                unit="bps",
                minimum=0,
                description="Bits per second.",
            ),
            Panel(
                "Dropped",
                promql(f"{s.network_rate('receive_drop')} + {s.network_rate('transmit_drop')}"),
                slot="saturation",
                unit="pps",
                minimum=0,
                legend="{{device}}",
                description="Packets thrown away for want of room.",
            ),
            Panel(
                "Connections tracked",
                s.connections_tracked,
                slot="saturation",
                unit="percentunit",
                minimum=0,
                maximum=1,
                legend="of the limit",
                alert=alerts.connections,
                description="Used share of the firewall's connection table; when it is full, new "
                "connections are dropped.",
            ),
            Panel(
                "Errors",
                promql(f"{s.network_rate('receive_errs')} + {s.network_rate('transmit_errs')}"),
                slot="errors",
                unit="pps",
                minimum=0,
                legend="{{device}}",
                description="Packets with errors, in and out.",
            ),
        ),
        method=Method.USE,
    )


def _machine(s: Signals, alerts: Alerts) -> Row:
    return Row(
        "Machine",
        (
            Panel(
                "Up for",
                s.uptime,
                kind="stat",
                unit="s",
                legend="up for",
                description="Time since the machine was started.",
            ),
            Panel(
                "Answering",
                s.up,
                kind="state-timeline",
                legend="exporter",
                mappings=states(bad="down", good="up"),
                alert=alerts.up,
                description="When the exporter answered.",
            ),
            Panel(
                "Clock skew",
                s.clock_skew,
                unit="s",
                legend="ahead of Prometheus",
                alert=alerts.clock,
                description="How far the clock is ahead of Prometheus' own; a slow scrape shows "
                "as a few milliseconds.",
            ),
            Panel(
                "Clock synchronised",
                s.synchronised,
                kind="state-timeline",
                legend="kernel",
                mappings=states(bad="no", good="yes"),
                alert=alerts.synchronised,
                description="Whether somebody tells the kernel the time. Virtual machines often "
                "run without, on a host that keeps it.",
            ),
        ),
    )
