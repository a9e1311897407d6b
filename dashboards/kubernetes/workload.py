"""The third level: a workload and its pods."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Panel, Query, Row, Variable, promql
from mixwright.promql import Expr
from mixwright.standard.dashboards.process import states

from .pod import pod
from .records import Records

Alerts = Mapping[str, Sequence[Alert]]


def workload(r: Records, alerts: Alerts) -> Dashboard:
    """Return the dashboard of a workload, with its pods below."""
    return Dashboard(
        "Workload",
        slug="workload",
        description="Does it run as it should? Its replicas, its pods, what they use of what they may.",
        per=Variable("workload", of=r.pods),
        rows=(Row("Pods", _pods(r)), Row("Used of what it may", _shares(r, alerts))),
        children=(pod(r, alerts),),
    )


def _pods(r: Records) -> tuple[Panel, ...]:
    labels = "cluster, namespace, workload, pod"

    def by(series: Expr, legend: str) -> Query:
        return Query(promql(f"sum by ({labels}) ({series})"), legend=legend, instant=True)

    return (
        Panel(
            "Pods now",
            (
                by(r.ready, "ready"),
                by(r.restarts, "restarts in 15m"),
                by(r.cpu_used, "processors"),
                by(promql(f"{r.memory_used} / 2 ^ 20"), "MiB"),
            ),
            kind="table",
            unit="short",
            decimals=2,
            height=8,
            description="One line for each pod.",
        ),
        Panel(
            "Replicas",
            (
                Query(r.wanted, legend="wanted"),
                Query(r.available, legend="available"),
                Query(r.pods, legend="pods"),
            ),
            unit="short",
            minimum=0,
            description="How many there should be, how many are ready, and how many pods there are.",
        ),
        Panel(
            "Ready",
            r.ready,
            kind="state-timeline",
            legend="{{pod}}",
            mappings=states(bad="not ready", good="ready"),
            description="When each pod was ready to serve.",
        ),
        Panel(
            "Restarts",
            promql(f"sum by (pod) ({r.restarts})"),
            unit="short",
            minimum=0,
            legend="{{pod}}",
            description="Restarts within 15 minutes, by pod.",
        ),
    )


def _shares(r: Records, alerts: Alerts) -> tuple[Panel, ...]:
    def three(title: str, unit: str, used: Expr, requested: Expr, limit: Expr) -> Panel:
        return Panel(
            title,
            (
                Query(promql(f"sum({used})"), legend="used"),
                Query(promql(f"sum({requested})"), legend="requested"),
                Query(promql(f"sum({limit})"), legend="limits"),
            ),
            unit=unit,
            minimum=0,
            description="What all pods use, ask for, and may use at most.",
        )

    return (
        three("Processors", "short", r.cpu_used, r.cpu_requested, r.cpu_limit),
        three("Memory", "bytes", r.memory_used, r.memory_requested, r.memory_limit),
    )
