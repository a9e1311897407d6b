"""kube-scheduler: whether pods find their nodes."""

from __future__ import annotations

import attrs

from mixwright import Mixin, RuleGroup, Severity, promql
from mixwright.standard.dashboards import scheduler as dashboards
from mixwright.standard.rules import absence, backlog, errors, latency, leadership

from ._settings import Settings


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one cluster to another; the defaults fit most."""

    selector: str = 'job="kube-scheduler"'
    placed_within: float = 20.48
    """Seconds within which 9 of 10 pods should have a node; an edge of a bucket."""
    waiting_for: str = "30m"
    """How long a pod may fit nowhere before somebody should look at it."""


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for the scheduler."""
    up = promql("up")
    alerts = {
        "up": (absence.none_up(up, what="the scheduler", name="KubeSchedulerDown"),),
        "leader": (leadership.no_leader(name="KubeSchedulerNoLeader"),),
        "slow": (
            latency.slow(
                dashboards.POD_TIME,
                q=0.9,
                above=config.placed_within,
                by=dashboards.JOB,
                evidence=1,
                over="15m",
                name="KubeSchedulerSlow",
                severity=Severity.TICKET,
                hold="5m",
            ),
        ),
        "errors": (
            errors.share_high(
                dashboards.ERRORS,
                dashboards.ATTEMPTS,
                above=0.05,
                by=dashboards.JOB,
                what="attempts to place a pod",
                name="KubeSchedulerErrors",
            ),
        ),
        "backlog": (
            backlog.stays(
                promql('scheduler_pending_pods{queue="unschedulable"}'),
                by=dashboards.JOB,
                over=config.waiting_for,
                what="unschedulable pods",
                name="KubePodsUnschedulable",
            ),
        ),
    }
    return config.mixin(
        "scheduler",
        version="0.1.0",
        description="kube-scheduler: leader, attempts, errors, and pods that wait for a node.",
        dashboards=dashboards.hierarchy(alerts),
        rules=(
            RuleGroup(
                "scheduler",
                interval=config.interval,
                rules=tuple(alert for about in alerts.values() for alert in about),
            ),
        ),
    )


MIXIN = mixin()
