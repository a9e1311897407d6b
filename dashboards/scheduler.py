"""Dashboards of kube-scheduler: all instances, and one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Method, Panel, Query, Row, Variable, promql
from mixwright.standard.rules import burn, latency

from . import component, process

ATTEMPTS = promql("scheduler_schedule_attempts_total")
ERRORS = promql('scheduler_schedule_attempts_total{result="error"}')
ATTEMPT_TIME = "scheduler_scheduling_attempt_duration_seconds"
POD_TIME = "scheduler_pod_scheduling_sli_duration_seconds"
PENDING = promql("scheduler_pending_pods")
JOB = ("cluster", "job")


def hierarchy(alerts: Mapping[str, Sequence[Alert]]) -> Dashboard:
    """Return the hierarchy: the scheduler of each cluster, and its instances."""
    return Dashboard(
        "Scheduler",
        description="Do pods find their nodes, and soon? Attempts, errors, what waits.",
        per=Variable("cluster", of=PENDING, multi=True),
        rows=(
            component.alive(down=alerts["up"], more=(component.leader(alerts["leader"]),)),
            Row(
                "Golden signals",
                (
                    Panel(
                        "Time to place a pod",
                        tuple(
                            Query(
                                latency.quantile(q, POD_TIME, by=JOB, over="15m"),
                                legend=f"p{q * 100:g}",
                            )
                            for q in (0.5, 0.9)
                        ),
                        slot="latency",
                        unit="s",
                        minimum=0,
                        alert=alerts["slow"],
                        description="Half and 90 % of pods had a node within this time, all attempts "
                        "together.",
                    ),
                    Panel(
                        "Attempts",
                        promql(f"sum by (result) (rate({ATTEMPTS}[5m]))"),
                        slot="traffic",
                        unit="ops",
                        minimum=0,
                        legend="{{result}}",
                        description="Attempts per second to place a pod, by result.",
                    ),
                    Panel(
                        "Failing",
                        Query(burn.ratio(ERRORS, ATTEMPTS, over="5m", by=JOB), legend="errors"),
                        slot="errors",
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        alert=alerts["errors"],
                        description="Share of attempts that ended in an error of the scheduler.",
                    ),
                    Panel(
                        "Waiting pods",
                        promql(f"sum by (queue) ({PENDING})"),
                        slot="saturation",
                        unit="short",
                        minimum=0,
                        legend="{{queue}}",
                        alert=alerts["backlog"],
                        description="Pods without a node, by why: unschedulable ones fit nowhere.",
                    ),
                ),
                method=Method.GOLDEN,
            ),
        ),
        children=(_instance(),),
    )


def _instance() -> Dashboard:
    return Dashboard(
        "Scheduler instance",
        slug="instance",
        description="Is it this instance? Its attempts, its requests to the API server, its process.",
        per=Variable("instance", of=PENDING),
        rows=(
            Row(
                "Attempts",
                (
                    Panel(
                        "Time of an attempt",
                        latency.quantile(0.99, ATTEMPT_TIME, by=("result",)),
                        unit="s",
                        minimum=0,
                        legend="{{result}}",
                        description="99 of 100 attempts took at most this long, by result.",
                    ),
                    Panel(
                        "Preemptions",
                        promql("rate(scheduler_preemption_attempts_total[5m])"),
                        unit="ops",
                        minimum=0,
                        legend="attempts",
                        description="Attempts per second to make room by evicting lesser pods.",
                    ),
                ),
            ),
            component.api_client(),
            Row("Process", process.panels(legend="the process")),
        ),
    )
