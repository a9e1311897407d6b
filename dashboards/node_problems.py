"""Dashboards of what node-problem-detector finds: all nodes, and one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Panel, Row, Variable, promql

from . import process
from .process import states

COUNTED = promql("problem_counter")
LASTING = promql("problem_gauge")

Alerts = Mapping[str, Sequence[Alert]]


def hierarchy(alerts: Alerts) -> Dashboard:
    """Return the hierarchy: the problems of all nodes, and of one."""
    return Dashboard(
        "Node problems",
        slug="nodes",
        description="What is wrong with the machines below Kubernetes? What their kernels and services "
        "complain of.",
        per=Variable("cluster", of=COUNTED, multi=True),
        rows=(
            Row(
                "Problems",
                (
                    Panel(
                        "Lasting problems",
                        promql(f"sum({LASTING})"),
                        kind="stat",
                        unit="short",
                        description="Conditions that hold on some node now.",
                    ),
                    Panel(
                        "Events within 1h",
                        promql(f"sum(increase({COUNTED}[1h]))"),
                        kind="stat",
                        unit="short",
                        decimals=0,
                        description="What happened on all nodes within an hour.",
                    ),
                    Panel(
                        "Events",
                        promql(f"sum by (node, instance) (increase({COUNTED}[15m]))"),
                        unit="short",
                        minimum=0,
                        legend="{{node}} {{instance}}",
                        description="What happened on each node within 15 minutes.",
                    ),
                    process.answering(alerts["down"]),
                ),
            ),
        ),
        children=(
            Dashboard(
                "Problems of a node",
                slug="node",
                description="What does this node complain of, and since when?",
                per=Variable("instance", of=COUNTED),
                rows=(
                    Row(
                        "Problems",
                        (
                            Panel(
                                "Lasting",
                                LASTING,
                                kind="state-timeline",
                                legend="{{reason}}",
                                mappings=states(good="no", bad="yes", bad_at=1),
                                alert=alerts["lasting"],
                                description="Conditions that hold, by reason.",
                            ),
                            Panel(
                                "Events",
                                promql(f"increase({COUNTED}[15m])"),
                                unit="short",
                                minimum=0,
                                legend="{{reason}}",
                                alert=(*alerts["serious"], *alerts["killed"], *alerts["restarts"]),
                                description="What happened within 15 minutes, by reason.",
                            ),
                        ),
                    ),
                ),
            ),
        ),
    )
