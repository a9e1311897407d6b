"""Dashboards of Prometheus: all servers with what they scrape, and one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Method, Panel, Query, Row, Variable, promql

from . import process
from .process import states

TARGETS = promql('up{job!=""}')
"""Every target, not only the servers themselves."""
LOADED = promql("prometheus_config_last_reload_successful")
SERIES = promql("prometheus_tsdb_head_series")
APPENDED = promql("prometheus_tsdb_head_samples_appended_total")
RULE_FAILURES = promql("prometheus_rule_evaluation_failures_total")
RULE_EVALUATIONS = promql("prometheus_rule_evaluations_total")
GROUP_TIME = promql("prometheus_rule_group_last_duration_seconds")
GROUP_INTERVAL = promql("prometheus_rule_group_interval_seconds")
SENT = promql("prometheus_notifications_sent_total")
NOT_SENT = promql("prometheus_notifications_errors_total")
RECEIVERS = promql("prometheus_notifications_alertmanagers_discovered")
QUERIES = promql("prometheus_engine_queries")
MOST_QUERIES = promql("prometheus_engine_queries_concurrent_max")
QUERY_TIME = promql('prometheus_engine_query_duration_seconds{slice="inner_eval",quantile="0.99"}')
BEHIND = promql(
    "(prometheus_remote_storage_highest_timestamp_in_seconds - ignoring (remote_name, url) "
    "group_right () prometheus_remote_storage_queue_highest_sent_timestamp_seconds)"
)
STORAGE_FAILURES = (
    "prometheus_tsdb_compactions_failed_total",
    "prometheus_tsdb_reloads_failures_total",
    "prometheus_tsdb_wal_corruptions_total",
    "prometheus_tsdb_wal_truncations_failed_total",
    "prometheus_tsdb_wal_writes_failed_total",
)

HEARTBEAT = promql("vector(1)")

Alerts = Mapping[str, Sequence[Alert]]


def hierarchy(alerts: Alerts) -> Dashboard:
    """Return the hierarchy: all servers, and each."""
    name = process.INSTANCE
    return Dashboard(
        "Prometheus",
        slug="servers",
        description="Does monitoring itself work? Servers, targets, rules, and the way to people.",
        per=Variable("cluster", of=SERIES, multi=True),
        rows=(
            Row("Targets", _targets(alerts)),
            Row(
                "Golden signals",
                (
                    Panel(
                        "Time of a query",
                        QUERY_TIME,
                        slot="latency",
                        unit="s",
                        minimum=0,
                        legend=name,
                        description="99 of 100 queries were evaluated within this time.",
                    ),
                    Panel(
                        "Samples",
                        promql(f"sum without (type) (rate({APPENDED}[5m]))"),
                        slot="traffic",
                        unit="short",
                        minimum=0,
                        legend=name,
                        alert=alerts["ingesting"],
                        description="Samples per second that are taken in.",
                    ),
                    Panel(
                        "Failing rules",
                        promql(
                            f"sum without (rule_group) (rate({RULE_FAILURES}[5m])) "
                            f"or 0 * sum without (type) (rate({APPENDED}[5m]))"
                        ),
                        slot="errors",
                        unit="ops",
                        minimum=0,
                        legend=name,
                        alert=alerts["rules"],
                        description="Evaluations of rules per second that failed.",
                    ),
                    Panel(
                        "Series",
                        SERIES,
                        slot="saturation",
                        unit="short",
                        minimum=0,
                        legend=name,
                        alert=alerts["series"],
                        description="Series in memory; they are what memory is needed for.",
                    ),
                ),
                method=Method.GOLDEN,
            ),
        ),
        children=(_server(alerts),),
    )


def _targets(alerts: Alerts) -> tuple[Panel, ...]:
    return (
        Panel(
            "Targets up",
            promql(f"sum({TARGETS})"),
            kind="stat",
            unit="short",
            description="Targets that answer scrapes.",
        ),
        Panel(
            "Targets down",
            promql(f"count({TARGETS}) - sum({TARGETS})"),
            kind="stat",
            unit="short",
            description="Targets that do not answer scrapes.",
        ),
        Panel(
            "Down by job",
            promql(f"1 - avg by (job) ({TARGETS})"),
            unit="percentunit",
            minimum=0,
            maximum=1,
            legend="{{job}}",
            alert=alerts["targets"],
            description="Share of each job's targets that do not answer.",
        ),
        process.answering(alerts["down"]),
        Panel(
            "Heartbeat",
            HEARTBEAT,
            unit="short",
            minimum=0,
            legend="sent",
            alert=alerts["heartbeat"],
            description="1 as long as expressions are evaluated; the alert on it fires always, and "
            "something outside tells when it stops arriving.",
            allow={"panel/ignores-variable": "it is about nothing but evaluation itself"},
        ),
    )


def _server(alerts: Alerts) -> Dashboard:
    return Dashboard(
        "Prometheus server",
        slug="server",
        description="What is it with this server? Its configuration, rules, notifications and storage.",
        per=Variable("instance", of=SERIES),
        rows=(
            Row("Rules and notifications", _rules(alerts)),
            Row("Storage", _storage(alerts)),
            Row("Process", process.panels(legend="the server")),
        ),
    )


def _rules(alerts: Alerts) -> tuple[Panel, ...]:
    return (
        Panel(
            "Configuration",
            LOADED,
            kind="state-timeline",
            legend="configuration",
            mappings=states(bad="refused", good="loaded"),
            alert=alerts["config"],
            description="Whether the configuration that lies there was taken.",
        ),
        Panel(
            "Time of rule groups",
            promql('prometheus_rule_group_duration_seconds{quantile="0.99"}'),
            unit="s",
            minimum=0,
            legend="99 % of groups",
            alert=alerts["groups"],
            description="99 of 100 evaluations of a group took at most this long; more than its "
            "interval, and some are left out.",
            allow={"panel/unrelated-alert": "a server without rules has no time of single groups"},
        ),
        Panel(
            "Alertmanagers",
            RECEIVERS,
            unit="short",
            minimum=0,
            legend="known",
            alert=alerts["receivers"],
            description="Alertmanagers that alerts are sent to.",
        ),
        Panel(
            "Notifications waiting",
            # Newer servers have a queue for each Alertmanager, older ones a single one.
            promql(
                "max without (alertmanager) (prometheus_notifications_queue_length) "
                "/ prometheus_notifications_queue_capacity"
            ),
            unit="percentunit",
            minimum=0,
            maximum=1,
            legend="of the queue",
            alert=alerts["sending"],
            description="Share of the queue of alerts that is taken.",
            allow={"panel/unrelated-alert": "errors have no series before the first alert is sent"},
        ),
        Panel(
            "Queries at once",
            promql(f"{QUERIES} / {MOST_QUERIES}"),
            unit="percentunit",
            minimum=0,
            maximum=1,
            legend="of the limit",
            alert=alerts["queries"],
            description="Share of the queries there may be at once.",
        ),
    )


def _storage(alerts: Alerts) -> tuple[Panel, ...]:
    return (
        Panel(
            "Size",
            promql("prometheus_tsdb_storage_blocks_bytes"),
            unit="bytes",
            minimum=0,
            legend="blocks",
            description="What blocks take on disk.",
        ),
        Panel(
            "New series",
            promql("rate(prometheus_tsdb_head_series_created_total[5m])"),
            unit="ops",
            minimum=0,
            legend="created",
            description="Series per second that are new; many mean labels that should not be there.",
        ),
        Panel(
            "Failures",
            tuple(
                Query(promql(f"increase({name}[1h])"), legend=name.split("_", 2)[2])
                for name in STORAGE_FAILURES
            ),
            unit="short",
            minimum=0,
            alert=alerts["storage"],
            description="What went wrong in the storage within an hour.",
        ),
    )
