"""The fourth level: a pod and its containers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Panel, Query, Row, Variable, promql
from mixwright.standard.dashboards.process import states

from .records import Records


def pod(r: Records, alerts: Mapping[str, Sequence[Alert]]) -> Dashboard:
    """Return the dashboard of one pod."""
    name = "{{container}}"
    return Dashboard(
        "Pod",
        slug="pod",
        description="Which container is it, and what does it lack? Processors, memory, restarts, "
        "network.",
        per=Variable("pod", of=r.owner),
        rows=(
            Row(
                "Containers",
                (
                    Panel(
                        "Processors",
                        r.cpu_used,
                        unit="short",
                        minimum=0,
                        legend=name,
                        description="Processors' worth of time that each container uses.",
                    ),
                    Panel(
                        "Memory",
                        r.memory_used,
                        unit="bytes",
                        minimum=0,
                        legend=name,
                        description="Memory that each container works with; at its limit it is killed.",
                    ),
                    Panel(
                        "Memory of the limit",
                        promql(f"{r.memory_used} / {r.memory_limit}"),
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        legend=name,
                        alert=alerts["memory"],
                        description="Share of its limit that each container works with.",
                    ),
                    Panel(
                        "Throttled",
                        r.cpu_throttled,
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        legend=name,
                        alert=alerts["throttled"],
                        description="Share of periods in which the container had to wait because its "
                        "limit was used up.",
                    ),
                    Panel(
                        "Restarts",
                        r.restarts,
                        unit="short",
                        minimum=0,
                        legend=name,
                        alert=alerts["oom"],
                        description="Restarts within 15 minutes.",
                    ),
                    Panel(
                        "Waiting",
                        r.waiting
                        | promql(f'label_replace(0 * {r.restarts}, "reason", "nothing", "", "")'),
                        unit="short",
                        minimum=0,
                        legend="{{container}}: {{reason}}",
                        alert=alerts["crash"],
                        description="What a container waits for instead of running.",
                    ),
                ),
            ),
            Row(
                "Pod",
                (
                    Panel(
                        "Network",
                        (Query(r.received, legend="received"), Query(r.sent, legend="sent")),
                        unit="Bps",
                        minimum=0,
                        description="Bytes per second in and out.",
                    ),
                    Panel(
                        "Ready",
                        r.ready,
                        kind="state-timeline",
                        legend="the pod",
                        mappings=states(bad="not ready", good="ready"),
                        description="When the pod was ready to serve.",
                    ),
                ),
            ),
        ),
    )
