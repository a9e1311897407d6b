"""MySQL and MariaDB: databases watched through mysqld_exporter."""

from __future__ import annotations

import attrs

from mixwright import Alert, Mixin, RuleGroup, Severity, promql
from mixwright.standard.dashboards import mysql as dashboards
from mixwright.standard.rules import absence, errors, saturation

from ._settings import Settings


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one shop to another; the defaults fit most."""

    selector: str = 'job="mysql"'
    connections_above: float = 0.8
    """Share of connections from which on a server is saturated."""
    running_above: int = 8
    """Threads at work at once from which on a server is jammed; about twice its processors."""
    slow_above: float = 0.05
    """Share of statements that may be slow."""
    lag_above: float = 30
    """Seconds by which a replica may be behind."""


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for MySQL servers."""
    jammed = Alert(
        "MysqlJammed",
        expr=promql(f"min_over_time({dashboards.RUNNING}[1m])") > config.running_above,
        hold="1m",
        keep_firing="2m",
        severity=Severity.PAGE,
        summary="statements pile up on {{ $labels.instance }}",
        description="{{ $value }} threads have been at work at once for more than 1m: they wait for a "
        "lock, a disk, or each other.",
    )
    locked = Alert(
        "MysqlLocked",
        expr=promql(
            f"sum by (cluster, namespace, job, instance) (min_over_time({dashboards.WAITING}[1m]))"
        )
        > 0,
        hold="1m",
        keep_firing="1m",
        severity=Severity.PAGE,
        summary="statements wait for a lock on {{ $labels.instance }}",
        description="Threads that have waited for more than a minute for a lock that somebody else "
        "holds: {{ $value }}.",
    )
    lag = Alert(
        "MysqlReplicaBehind",
        expr=(dashboards.LAG > config.lag_above) & dashboards.SQL_RUNNING.eq(1),
        hold="5m",
        keep_firing="5m",
        severity=Severity.TICKET,
        summary="{{ $labels.instance }} is behind its primary",
        description="It applies what happened {{ $value | humanizeDuration }} ago.",
    )
    stopped = Alert(
        "MysqlReplicationStopped",
        expr=dashboards.IO_RUNNING.eq(0) | dashboards.SQL_RUNNING.eq(0),
        hold="2m",
        keep_firing="2m",
        severity=Severity.TICKET,
        summary="{{ $labels.instance }} does not replicate",
        description="It does not read the log of {{ $labels.master_host }}, or does not apply it, so "
        "that it falls behind without showing a lag.",
    )
    slow = attrs.evolve(
        errors.too_many(
            dashboards.SLOW,
            dashboards.QUESTIONS,
            above=config.slow_above,
            name="MysqlStatementsSlow",
        ),
        summary="many statements of {{ $labels.instance }} are slow",
        description="{{ $value | humanizePercentage }} of statements were slow in the last 5m.",
    )
    restart = Alert(
        "MysqlRestarted",
        expr=promql(f"resets({dashboards.UPTIME}[15m])") > 0,
        severity=Severity.LOG,
        summary="{{ $labels.instance }} was restarted",
        description="It was started {{ $value | humanize }} times within 15m, and its buffers are cold.",
    )
    alerts = {
        "down": (absence.server_down(dashboards.UP, promql("up"), what="MySQL", name="MysqlDown"),),
        "running": (jammed,),
        "locked": (locked,),
        "connections": (
            saturation.high(
                saturation.share(dashboards.CONNECTED, dashboards.MOST, over="2m"),
                above=config.connections_above,
                what="connections",
                name="MysqlConnectionsSaturated",
                hold="2m",
            ),
        ),
        "slow": (slow,),
        "refused": (
            errors.keeps_happening(
                dashboards.ABORTED,
                more_than=20,
                what="connections are refused by",
                name="MysqlConnectionsRefused",
            ),
        ),
        "lag": (lag,),
        "replication": (stopped,),
        "log": (
            errors.keeps_happening(
                dashboards.LOG_WAITS,
                more_than=10,
                what="transactions wait for the log of",
                name="MysqlLogWaits",
            ),
        ),
        "restart": (restart,),
    }
    return config.mixin(
        "mysql",
        version="0.1.0",
        description="MySQL and MariaDB: statements, connections, locks, buffers and replication.",
        dashboards=dashboards.hierarchy(alerts),
        rules=(
            RuleGroup(
                "mysql",
                interval=config.interval,
                rules=tuple(alert for about in alerts.values() for alert in about),
            ),
        ),
    )


MIXIN = mixin()
