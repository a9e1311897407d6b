"""Grafana: whether people can look at dashboards."""

from __future__ import annotations

import attrs

from mixwright import Alert, Mixin, RuleGroup, Severity, promql
from mixwright.standard.dashboards import grafana as dashboards
from mixwright.standard.rules import absence, errors, latency

from ._settings import Settings


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one shop to another; the defaults fit most."""

    selector: str = 'job="grafana"'
    answered_within: float = 5
    """Seconds within which 99 of 100 requests, by handler, should be answered; an edge of a bucket."""


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for Grafana."""
    d = dashboards
    behind = Alert(
        "GrafanaAlertingBehind",
        expr=promql(f"min_over_time({d.BEHIND}[5m])") > 60,
        hold="5m",
        severity=Severity.TICKET,
        summary="the alerting of {{ $labels.instance }} is behind",
        description="Its own alerts are evaluated {{ $value | humanizeDuration }} late.",
    )
    alerts = {
        "down": (
            absence.none_up(
                promql("up"), what="Grafana", name="GrafanaDown", severity=Severity.TICKET
            ),
        ),
        "errors": (
            errors.share_high(
                d.FAILED,
                d.REQUESTS,
                above=0.1,
                by=(*d.JOB, "handler"),
                name="GrafanaRequestsFail",
            ),
        ),
        "slow": (
            latency.slow(
                d.TIME,
                q=0.99,
                above=config.answered_within,
                by=(*d.JOB, "handler"),
                evidence=1,
                name="GrafanaSlow",
                severity=Severity.LOG,
                hold="10m",
            ),
        ),
        "sources": (
            errors.share_high(
                d.SOURCES_FAILED,
                d.SOURCES,
                above=0.2,
                by=(*d.JOB, "datasource"),
                what="requests",
                name="GrafanaDataSourceFails",
            ),
        ),
        "behind": (behind,),
    }
    return config.mixin(
        "grafana",
        version="0.1.0",
        description="Grafana: requests, data sources, and its own alerting.",
        dashboards=dashboards.hierarchy(alerts),
        rules=(
            RuleGroup(
                "grafana",
                interval=config.interval,
                rules=tuple(alert for about in alerts.values() for alert in about),
            ),
        ),
    )


MIXIN = mixin()
