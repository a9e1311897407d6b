"""Dashboards of Grafana: all of it, and one instance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Panel, Query, Row, Variable, promql

from . import component, process, red

TIME = "grafana_http_request_duration_seconds"
REQUESTS = promql(f"{TIME}_count")
FAILED = promql(f'{TIME}_count{{status_code=~"5.."}}')
SOURCES = promql("grafana_datasource_request_total")
SOURCES_FAILED = promql('grafana_datasource_request_total{code=~"5.."}')
BEHIND = promql("grafana_alerting_scheduler_behind_seconds")
JOB = ("cluster", "namespace", "job")

Alerts = Mapping[str, Sequence[Alert]]


def hierarchy(alerts: Alerts) -> Dashboard:
    """Return the hierarchy: Grafana, and its instances."""
    return Dashboard(
        "Grafana",
        description="Can people look at dashboards? Requests, data sources, alerting.",
        per=Variable("cluster", of=REQUESTS, multi=True),
        rows=(
            component.alive(down=alerts["down"]),
            red.row(
                "Requests",
                requests=REQUESTS,
                failed=FAILED,
                duration=TIME,
                by=("handler",),
                legend="{{handler}}",
                errors=alerts["errors"],
                slow=alerts["slow"],
            ),
            Row(
                "Data sources",
                (
                    Panel(
                        "Requests",
                        promql(f"sum by (datasource, code) (rate({SOURCES}[5m]))"),
                        unit="reqps",
                        minimum=0,
                        legend="{{datasource}} {{code}}",
                        alert=alerts["sources"],
                        description="Requests per second to each data source, by status code.",
                    ),
                ),
            ),
        ),
        children=(
            Dashboard(
                "Grafana instance",
                slug="instance",
                description="Is it this instance? Its users, its alerting, its process.",
                per=Variable("instance", of=REQUESTS),
                rows=(
                    Row(
                        "Use",
                        (
                            Panel(
                                "Active users",
                                promql("grafana_stat_active_users"),
                                unit="short",
                                minimum=0,
                                legend="users",
                                description="Users of the last 30 days.",
                            ),
                            Panel(
                                "Dashboards",
                                Query(promql("grafana_stat_totals_dashboard"), legend="dashboards"),
                                unit="short",
                                minimum=0,
                                description="Dashboards that are stored.",
                            ),
                            Panel(
                                "Alerting is behind",
                                BEHIND,
                                unit="s",
                                minimum=0,
                                legend="behind",
                                alert=alerts["behind"],
                                description="By how much evaluations of Grafana's own alerts are late.",
                            ),
                        ),
                    ),
                    Row("Process", process.panels(legend="the process")),
                ),
            ),
        ),
    )
