"""Dashboards of Alertmanager: all instances, and one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Method, Panel, Row, Variable, panels, promql
from mixwright.standard.rules import latency

from . import process
from .process import states

SENT = promql("alertmanager_notifications_total")
FAILED = promql("alertmanager_notifications_failed_total")
TIME = "alertmanager_notification_latency_seconds"
ALERTS = promql('alertmanager_alerts{state="active"}')
LOADED = promql("alertmanager_config_last_reload_successful")
HASH = promql("alertmanager_config_hash")
MEMBERS = promql("alertmanager_cluster_members")
BY = ("cluster", "job", "integration")

Alerts = Mapping[str, Sequence[Alert]]


def hierarchy(alerts: Alerts) -> Dashboard:
    """Return the hierarchy: all instances, and each."""
    return Dashboard(
        "Alertmanager",
        slug="instances",
        description="Do people hear of alerts? Notifications, how many fail, and who is asked.",
        per=Variable("cluster", of=MEMBERS, multi=True),
        rows=(
            Row(
                "Golden signals",
                (
                    Panel(
                        "Time to notify",
                        latency.quantile(0.95, TIME, by=("integration",)),
                        slot="latency",
                        unit="s",
                        minimum=0,
                        legend="{{integration}}",
                        description="19 of 20 notifications were taken within this time.",
                    ),
                    Panel(
                        "Notifications",
                        promql(f"sum by (integration) (rate({SENT}[5m]))"),
                        slot="traffic",
                        unit="ops",
                        minimum=0,
                        legend="{{integration}}",
                        description="Notifications per second, by integration.",
                    ),
                    Panel(
                        "Failing",
                        promql(f"sum by (integration) (rate({FAILED}[5m]))"),
                        slot="errors",
                        unit="ops",
                        minimum=0,
                        legend="{{integration}}",
                        alert=alerts["failing"],
                        description="Notifications per second that could not be sent, by integration.",
                    ),
                    Panel(
                        "Active alerts",
                        promql("sum by (instance) (alertmanager_alerts)"),
                        slot="saturation",
                        unit="short",
                        minimum=0,
                        legend=process.INSTANCE,
                        alert=alerts["flood"],
                        description="Alerts that are held, by instance.",
                    ),
                ),
                method=Method.GOLDEN,
            ),
            Row(
                "Cluster",
                (
                    process.answering(alerts["down"]),
                    Panel(
                        "Members",
                        MEMBERS,
                        unit="short",
                        minimum=0,
                        legend=process.INSTANCE,
                        alert=alerts["split"],
                        description="How many members each instance sees.",
                    ),
                    Panel(
                        "Configurations",
                        promql(f'count(count_values("hash", {HASH}))'),
                        unit="short",
                        minimum=0,
                        legend="different",
                        alert=alerts["differ"],
                        description="How many different configurations are loaded; should be one.",
                    ),
                ),
            ),
        ),
        children=(
            Dashboard(
                "Alertmanager instance",
                slug="instance",
                description="What is it with this instance? Its alerts, silences and configuration.",
                per=Variable("instance", of=MEMBERS),
                rows=(
                    Row(
                        "Alerts",
                        (
                            Panel(
                                "By state",
                                promql("alertmanager_alerts"),
                                unit="short",
                                minimum=0,
                                kind=panels.TimeSeries(stack=True),
                                legend="{{state}}",
                                description="Alerts that are told of, and those held back.",
                            ),
                            Panel(
                                "Silences",
                                promql("alertmanager_silences"),
                                unit="short",
                                minimum=0,
                                legend="{{state}}",
                                description="Silences, by state; many active ones hide something.",
                            ),
                            Panel(
                                "Configuration",
                                LOADED,
                                kind="state-timeline",
                                legend="configuration",
                                mappings=states(bad="refused", good="loaded"),
                                alert=alerts["config"],
                                description="Whether the configuration that lies there was taken.",
                            ),
                        ),
                    ),
                    Row("Process", process.panels(legend="the process")),
                ),
            ),
        ),
    )
