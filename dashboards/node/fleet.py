"""The first level: all machines beside each other, so that the odd one stands out."""

from __future__ import annotations

from mixwright import Dashboard, Method, Panel, Query, Row, Variable, promql
from mixwright.promql import Expr
from mixwright.standard.dashboards.process import states

from .node import node
from .signals import Alerts, Signals

NODE = "{{instance}}"


def fleet(s: Signals, alerts: Alerts) -> Dashboard:
    """Return the hierarchy of machines: fleet, node, and what a node is made of."""
    fullest = promql(f"max without (device, fstype, mountpoint) ({s.space_used})")

    def highest(x: Expr) -> Expr:
        return promql(f"max by (cluster, instance) ({x})")

    return Dashboard(
        "Nodes",
        slug="fleet",
        description="Which machine is in trouble? All of them, by use of processors, memory, "
        "disks and network.",
        per=Variable("cluster", of="node_boot_time_seconds", multi=True),
        rows=(
            Row(
                "Fleet",
                (
                    Panel(
                        "Nodes up",
                        promql(f"sum({s.up})"),
                        kind="stat",
                        unit="short",
                        description="Machines whose exporter answers.",
                    ),
                    Panel(
                        "Nodes down",
                        promql(f"count({s.up}) - sum({s.up})"),
                        kind="stat",
                        unit="short",
                        description="Machines that are known and do not answer.",
                    ),
                    Panel(
                        "Busiest",
                        promql(f"max({s.cpu_busy})"),
                        kind="stat",
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        description="Share of processor time that is not idle on the busiest machine.",
                    ),
                    Panel(
                        "Least memory left",
                        promql(f"min({s.memory_available})"),
                        kind="stat",
                        unit="bytes",
                        description="Memory available on the machine that has the least of it.",
                    ),
                    Panel(
                        "Fullest filesystem",
                        promql(f"max({s.space_used})"),
                        kind="stat",
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        description="Used share of the fullest filesystem of all.",
                    ),
                    Panel(
                        "Answering",
                        s.up,
                        kind="state-timeline",
                        height=6,
                        legend=NODE,
                        mappings=states(bad="down", good="up"),
                        alert=(*alerts.up, *alerts.gone),
                        description="When each machine's exporter answered.",
                    ),
                    Panel(
                        "Machines",
                        (
                            Query(highest(s.cpu_busy), legend="processors", instant=True),
                            Query(highest(s.memory_used), legend="memory", instant=True),
                            Query(highest(s.space_used), legend="fullest filesystem", instant=True),
                        ),
                        kind="table",
                        height=7,
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        description="Used shares of what each machine has.",
                    ),
                ),
            ),
            Row(
                "Use of every machine",
                (
                    Panel(
                        "Processors busy",
                        s.cpu_busy,
                        slot="utilisation",
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        legend=NODE,
                        alert=alerts.cpu,
                        description="Share of processor time that is not idle, niced work included.",
                    ),
                    Panel(
                        "Memory used",
                        s.memory_used,
                        slot="utilisation",
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        legend=NODE,
                        alert=alerts.memory,
                        description="Share of memory that programs cannot get any more.",
                    ),
                    Panel(
                        "Fullest filesystem",
                        fullest,
                        slot="utilisation",
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        legend=NODE,
                        description="Used share of the fullest filesystem of each machine.",
                    ),
                    Panel(
                        "Waiting for processors",
                        s.cpu_waiting,
                        slot="saturation",
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        legend=NODE,
                        description="Share of time in which some task was ready and had no "
                        "processor; niced work counts here.",
                    ),
                    Panel(
                        "Waiting for disks",
                        s.io_waiting,
                        slot="saturation",
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        legend=NODE,
                        description="Share of time in which some task waited for a disk.",
                    ),
                    Panel(
                        "Network errors",
                        promql(
                            f"sum without (device) ({s.network_rate('receive_errs')}"
                            f" + {s.network_rate('transmit_errs')})"
                        ),
                        slot="errors",
                        unit="pps",
                        minimum=0,
                        legend=NODE,
                        description="Packets with errors, in and out, over all interfaces.",
                    ),
                ),
                method=Method.USE,
            ),
        ),
        children=(node(s, alerts),),
    )
