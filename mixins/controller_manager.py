"""kube-controller-manager: whether the cluster becomes what it should be."""

from __future__ import annotations

import attrs

from mixwright import Mixin, RuleGroup, promql
from mixwright.standard.dashboards import controller_manager as dashboards
from mixwright.standard.rules import absence, backlog, leadership

from ._settings import Settings


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one cluster to another; the defaults fit most."""

    selector: str = 'job="kube-controller-manager"'
    stuck_for: str = "15m"
    """How long a queue may hold work without doing any."""


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for the controller manager."""
    alerts = {
        "up": (
            absence.none_up(
                promql("up"), what="the controller manager", name="KubeControllerManagerDown"
            ),
        ),
        "leader": (leadership.no_leader(name="KubeControllerManagerNoLeader"),),
        "stuck": (
            backlog.stuck(
                dashboards.DEPTH,
                dashboards.DONE,
                by=("cluster", "job", "name"),
                over=config.stuck_for,
                name="KubeControllerQueueStuck",
            ),
        ),
    }
    return config.mixin(
        "controller-manager",
        version="0.1.0",
        description="kube-controller-manager: leader, work queues, evictions.",
        dashboards=dashboards.hierarchy(alerts),
        rules=(
            RuleGroup(
                "controller-manager",
                interval=config.interval,
                rules=tuple(alert for about in alerts.values() for alert in about),
            ),
        ),
    )


MIXIN = mixin()
