"""Dashboards of prometheus-operator: all of it, and one controller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Panel, Query, Row, Variable, promql

from . import component, red
from .process import states

RECONCILED = promql("prometheus_operator_reconcile_operations_total")
FAILED = promql("prometheus_operator_reconcile_errors_total")
TIME = "prometheus_operator_reconcile_duration_seconds"
REJECTED = promql('prometheus_operator_managed_resources{state="rejected"}')
READY = promql("prometheus_operator_ready")
UNSYNCED = promql('prometheus_operator_syncs{status="failed"}')
WATCHES = promql("prometheus_operator_watch_operations_total")
WATCHES_FAILED = promql("prometheus_operator_watch_operations_failed_total")
CONTROLLER = ("cluster", "namespace", "job", "controller")

Alerts = Mapping[str, Sequence[Alert]]


def hierarchy(alerts: Alerts) -> Dashboard:
    """Return the hierarchy: the operator, and its controllers."""
    return Dashboard(
        "Prometheus operator",
        slug="operator",
        description="Do rules and targets reach Prometheus? Reconciliations, and what was rejected.",
        per=Variable("cluster", of=READY, multi=True),
        rows=(
            component.alive(down=alerts["down"]),
            red.row(
                "Reconciliations",
                requests=RECONCILED,
                failed=FAILED,
                duration=TIME,
                by=("controller",),
                legend="{{controller}}",
                over="30m",
                errors=alerts["errors"],
            ),
            Row(
                "Resources",
                (
                    Panel(
                        "Rejected",
                        promql(f"sum by (controller, resource) ({REJECTED})"),
                        unit="short",
                        minimum=0,
                        legend="{{controller}} {{resource}}",
                        alert=alerts["rejected"],
                        description="Resources, rules among them, that the operator did not take.",
                    ),
                    Panel(
                        "Not in sync",
                        promql(f"sum by (controller) ({UNSYNCED})"),
                        unit="short",
                        minimum=0,
                        legend="{{controller}}",
                        alert=alerts["unsynced"],
                        description="Objects that are not as their resources say.",
                    ),
                ),
            ),
        ),
        children=(
            Dashboard(
                "Operator's controller",
                slug="controller",
                description="Is it this controller? Its queue, and what it watches.",
                per=Variable("controller", of=READY),
                rows=(
                    Row(
                        "Work",
                        (
                            Panel(
                                "Ready",
                                READY,
                                kind="state-timeline",
                                legend="{{controller}}",
                                mappings=states(bad="not ready", good="ready"),
                                alert=alerts["ready"],
                                description="Whether the controller works.",
                            ),
                            Panel(
                                "Waiting",
                                promql("sum by (name) (prometheus_operator_workqueue_depth)"),
                                unit="short",
                                minimum=0,
                                legend="{{name}}",
                                description="Objects that wait, by queue.",
                            ),
                            Panel(
                                "Watches",
                                (
                                    Query(promql(f"sum(rate({WATCHES}[5m]))"), legend="all"),
                                    Query(
                                        promql(f"sum(rate({WATCHES_FAILED}[5m]))"), legend="failed"
                                    ),
                                ),
                                unit="ops",
                                minimum=0,
                                alert=alerts["watches"],
                                description="Watches per second that were begun, and that failed.",
                            ),
                        ),
                    ),
                ),
            ),
        ),
    )
