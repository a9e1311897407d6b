"""Dashboards of MySQL and MariaDB: all servers, and one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Method, Panel, Query, Row, Variable, promql

from . import component, process
from .process import states

UP = promql("mysql_up")
QUESTIONS = promql("mysql_global_status_questions")
SLOW = promql("mysql_global_status_slow_queries")
CONNECTED = promql("mysql_global_status_threads_connected")
RUNNING = promql("mysql_global_status_threads_running")
MOST = promql("mysql_global_variables_max_connections")
ABORTED = promql("mysql_global_status_aborted_connects")
LAG = promql("mysql_slave_status_seconds_behind_master")
IO_RUNNING = promql("mysql_slave_status_slave_io_running")
SQL_RUNNING = promql("mysql_slave_status_slave_sql_running")
LOG_WAITS = promql("mysql_global_status_innodb_log_waits")
READS = promql("mysql_global_status_innodb_buffer_pool_reads")
READ_REQUESTS = promql("mysql_global_status_innodb_buffer_pool_read_requests")
UPTIME = promql("mysql_global_status_uptime")
WAITING = promql('mysql_info_schema_processlist_threads{state=~".*lock"}')
MEAN_TIME = promql(
    f"avg_over_time({RUNNING}[5m]) / rate({QUESTIONS}[5m]) and rate({QUESTIONS}[5m]) > 2"
)
"""Seconds per statement, by Little's law: those at work are those that come, times how long they take.

Threads that replicate are always at work; where nearly nobody asks, they would be all that is seen.
"""

Alerts = Mapping[str, Sequence[Alert]]


def hierarchy(alerts: Alerts) -> Dashboard:
    """Return the hierarchy: all servers, and each."""
    name = process.INSTANCE
    return Dashboard(
        "MySQL",
        slug="servers",
        description="Which database is in trouble? All of them, by latency, traffic, errors and "
        "saturation.",
        per=Variable("cluster", of=UP, multi=True),
        rows=(
            component.behind_exporter(
                UP,
                down=alerts["down"],
                more=(
                    Panel(
                        "Behind the primary",
                        LAG,
                        unit="s",
                        minimum=0,
                        legend=name,
                        alert=alerts["lag"],
                        description="By how much each replica lags.",
                    ),
                ),
            ),
            Row(
                "Golden signals",
                (
                    Panel(
                        "Mean time of a statement",
                        MEAN_TIME,
                        slot="latency",
                        unit="s",
                        minimum=0,
                        legend=name,
                        description="Time of a statement on average: threads at work over statements per "
                        "second, where there are more than two.",
                    ),
                    Panel(
                        "Statements",
                        promql(f"rate({QUESTIONS}[5m])"),
                        slot="traffic",
                        unit="ops",
                        minimum=0,
                        legend=name,
                        description="Statements per second that clients sent.",
                    ),
                    Panel(
                        "Refused connections",
                        promql(f"rate({ABORTED}[5m])"),
                        slot="errors",
                        unit="ops",
                        minimum=0,
                        legend=name,
                        alert=alerts["refused"],
                        description="Connections per second that came to nothing.",
                    ),
                    Panel(
                        "Connections",
                        CONNECTED / MOST,
                        slot="saturation",
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        legend=name,
                        alert=alerts["connections"],
                        description="Share of the connections there may be that are open.",
                    ),
                ),
                method=Method.GOLDEN,
            ),
        ),
        children=(_server(alerts),),
    )


def _server(alerts: Alerts) -> Dashboard:
    return Dashboard(
        "MySQL server",
        slug="server",
        description="Why is this database slow? Its statements, locks, buffers and replication.",
        per=Variable("instance", of=UP),
        rows=(
            Row("Statements", _statements(alerts)),
            Row("InnoDB", _innodb(alerts)),
            Row("Replication", _replication(alerts)),
        ),
    )


def _statements(alerts: Alerts) -> tuple[Panel, ...]:
    return (
        Panel(
            "By command",
            promql("topk(8, rate(mysql_global_status_commands_total[5m]))"),
            unit="ops",
            minimum=0,
            legend="{{command}}",
            description="The eight commands that are sent most.",
        ),
        Panel(
            "Running threads",
            RUNNING,
            unit="short",
            minimum=0,
            legend="running",
            alert=alerts["running"],
            description="Threads that work at this moment; when they pile up, they wait for a lock or "
            "a disk.",
        ),
        Panel(
            "Waiting for locks",
            promql(f"sum by (cluster, instance) ({WAITING}) or 0 * {UP}"),
            unit="short",
            minimum=0,
            legend="threads",
            alert=alerts["locked"],
            description="Threads that wait for a lock that another holds.",
        ),
        Panel(
            "Slow statements",
            promql(f"rate({SLOW}[5m])"),
            unit="ops",
            minimum=0,
            legend="slow",
            alert=alerts["slow"],
            description="Statements per second that took longer than `long_query_time`.",
        ),
        Panel(
            "Running for",
            UPTIME,
            kind="stat",
            unit="s",
            legend="running for",
            alert=alerts["restart"],
            description="Time since the server was started.",
        ),
    )


def _innodb(alerts: Alerts) -> tuple[Panel, ...]:
    return (
        Panel(
            "Read from disk",
            promql(f"rate({READS}[5m]) / rate({READ_REQUESTS}[5m])"),
            unit="percentunit",
            minimum=0,
            maximum=1,
            legend="missed the buffers",
            description="Share of reads that the buffer pool could not answer.",
        ),
        Panel(
            "Waits for row locks",
            promql("rate(mysql_global_status_innodb_row_lock_waits[5m])"),
            unit="ops",
            minimum=0,
            legend="waits",
            description="How often per second a statement waited for a row.",
        ),
        Panel(
            "Waits for the log",
            promql(f"rate({LOG_WAITS}[5m])"),
            unit="ops",
            minimum=0,
            legend="waits",
            alert=alerts["log"],
            description="How often per second a transaction waited for the log buffer.",
        ),
    )


def _replication(alerts: Alerts) -> tuple[Panel, ...]:
    return (
        Panel(
            "Running",
            (
                Query(promql("mysql_up"), legend="server"),
                Query(IO_RUNNING, legend="reads the primary's log"),
                Query(SQL_RUNNING, legend="applies it"),
            ),
            kind="state-timeline",
            mappings=states(bad="stopped", good="running"),
            alert=alerts["replication"],
            description="Whether the replica reads the primary's log, and applies it; a primary has "
            "neither.",
        ),
    )
