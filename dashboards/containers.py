"""Dashboards of containers as cAdvisor sees them: all hosts, and one host."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Method, Panel, Query, Row, Variable, promql

ANY = 'image!=""'
"""cAdvisor also counts the groups above containers; only a container has an image."""
NAME = "{{namespace}} {{pod}} {{container}}{{name}}"
CPU = promql(f"rate(container_cpu_usage_seconds_total{{{ANY}}}[5m])")
MEMORY = promql(f"container_memory_working_set_bytes{{{ANY}}}")
LIMIT = promql(f"container_spec_memory_limit_bytes{{{ANY}}}")
OOM = promql(f"container_oom_events_total{{{ANY}}}")
THROTTLED = promql("container_cpu_cfs_throttled_periods_total")
PERIODS = promql("container_cpu_cfs_periods_total")
STARTED = promql(f"container_start_time_seconds{{{ANY}}}")

Alerts = Mapping[str, Sequence[Alert]]


def hierarchy(alerts: Alerts) -> Dashboard:
    """Return the hierarchy: all hosts of containers, and each."""
    return Dashboard(
        "Containers",
        slug="hosts",
        description="On which host are containers in trouble? Processors, memory, kills of all.",
        per=Variable("cluster", of="container_last_seen", multi=True),
        rows=(
            Row(
                "Hosts",
                (
                    Panel(
                        "Processors",
                        promql(f"sum by (instance) ({CPU})"),
                        slot="utilisation",
                        unit="short",
                        minimum=0,
                        legend="{{instance}}",
                        description="Processors' worth of time that all containers of a host use.",
                    ),
                    Panel(
                        "Waiting for processors",
                        promql(f"sum by (instance) (rate({THROTTLED}[5m]))")
                        / promql(f"sum by (instance) (rate({PERIODS}[5m]))"),
                        slot="saturation",
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        legend="{{instance}}",
                        description="Share of periods in which a limited container had to wait.",
                    ),
                    Panel(
                        "Killed for memory",
                        promql(f"sum by (instance) (increase({OOM}[15m]))"),
                        slot="errors",
                        unit="short",
                        minimum=0,
                        legend="{{instance}}",
                        alert=alerts["oom"],
                        description="Processes in containers that were killed within 15 minutes.",
                    ),
                ),
                method=Method.USE,
            ),
            Row(
                "Memory",
                (
                    Panel(
                        "Memory",
                        promql(f"sum by (instance) ({MEMORY})"),
                        unit="bytes",
                        minimum=0,
                        legend="{{instance}}",
                        description="Memory that all containers of a host work with.",
                    ),
                    Panel(
                        "Containers",
                        promql(f"count by (instance) ({STARTED})"),
                        unit="short",
                        minimum=0,
                        legend="{{instance}}",
                        description="Containers on each host.",
                    ),
                ),
            ),
        ),
        children=(_host(alerts),),
    )


def _host(alerts: Alerts) -> Dashboard:
    return Dashboard(
        "Containers of a host",
        slug="host",
        description="Which container is it? Processors, memory, network and disk of each.",
        per=Variable("instance", of="container_last_seen"),
        rows=(
            Row(
                "Containers",
                (
                    Panel(
                        "Processors",
                        promql(f"topk(10, {CPU})"),
                        unit="short",
                        minimum=0,
                        legend=NAME,
                        description="The ten containers that use most processor time.",
                    ),
                    Panel(
                        "Memory",
                        promql(f"topk(10, {MEMORY})"),
                        unit="bytes",
                        minimum=0,
                        legend=NAME,
                        description="The ten containers that work with most memory.",
                    ),
                    Panel(
                        "Memory of the limit",
                        promql(f"{MEMORY} / ({LIMIT} > 0)"),
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        legend=NAME,
                        alert=alerts["memory"],
                        description="Share of its limit that each container works with.",
                    ),
                    Panel(
                        "Throttled",
                        promql(f"rate({THROTTLED}[5m]) / rate({PERIODS}[5m])"),
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        legend=NAME,
                        alert=alerts["throttled"],
                        description="Share of periods in which the container had to wait.",
                    ),
                    Panel(
                        "Network",
                        (
                            Query(
                                promql("sum(rate(container_network_receive_bytes_total[5m]))"),
                                legend="received",
                            ),
                            Query(
                                promql("sum(rate(container_network_transmit_bytes_total[5m]))"),
                                legend="sent",
                            ),
                        ),
                        unit="Bps",
                        minimum=0,
                        description="Bytes per second in and out of all containers.",
                    ),
                ),
            ),
        ),
    )
