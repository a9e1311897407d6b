"""Alertmanager: whether people hear of alerts."""

from __future__ import annotations

import attrs

from mixwright import Alert, Mixin, RuleGroup, Severity, promql
from mixwright.standard.dashboards import alertmanager as dashboards
from mixwright.standard.rules import absence, errors

from ._settings import Settings


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one shop to another; the defaults fit most."""

    selector: str = 'job="alertmanager"'
    flood_above: int = 500
    """Alerts at once that nobody can read any more."""


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for Alertmanager; what it says about itself, another has to deliver."""
    d = dashboards
    up = promql("up")
    where = "{{ $labels.instance }}"
    alerts = {
        "down": (
            absence.none_up(up, what="Alertmanager", name="AlertmanagerDown"),
            absence.target_down(up, name="AlertmanagerInstanceDown", hold="5m"),
        ),
        "failing": (
            errors.share_high(
                d.FAILED,
                d.SENT,
                above=0.05,
                by=d.BY,
                evidence=3,
                over="15m",
                what="notifications",
                name="AlertmanagerCannotNotify",
                severity=Severity.PAGE,
                hold="3m",
            ),
        ),
        "flood": (
            Alert(
                "AlertmanagerFlooded",
                expr=promql(f"sum by (cluster, job, instance) (avg_over_time({d.ALERTS}[5m]))")
                > config.flood_above,
                hold="5m",
                severity=Severity.TICKET,
                summary=f"{where} holds more alerts than anybody reads",
                description="{{ $value | humanize }} are active: group them, or mend the rules.",
            ),
        ),
        "split": (
            Alert(
                "AlertmanagerSplit",
                expr=promql(
                    f"max_over_time({d.MEMBERS}[5m]) < on (cluster, job) group_left () "
                    "count by (cluster, job) (up == 1)"
                ),
                hold="10m",
                severity=Severity.TICKET,
                summary=f"{where} does not see all its peers",
                description="It sees {{ $value }} members; people are told twice, and silences are not "
                "shared.",
            ),
        ),
        "differ": (
            Alert(
                "AlertmanagerConfigsDiffer",
                expr=promql(
                    f'count by (cluster, job) (count_values by (cluster, job) ("hash", {d.HASH}))'
                )
                > 1,
                hold="15m",
                severity=Severity.TICKET,
                summary="instances of {{ $labels.job }} have different configurations",
                description="{{ $value }} different ones have been loaded for 15m: who is told depends "
                "on who answers.",
            ),
        ),
        "config": (
            Alert(
                "AlertmanagerConfigRefused",
                expr=promql(f"last_over_time({d.LOADED}[2m])").eq(0),
                hold="5m",
                severity=Severity.TICKET,
                summary=f"{where} has refused its configuration",
                description="It runs on with the one before, and would not start with this one.",
            ),
        ),
    }
    return config.mixin(
        "alertmanager",
        version="0.1.0",
        description="Alertmanager: notifications, cluster, silences and configuration.",
        dashboards=dashboards.hierarchy(alerts),
        rules=(
            RuleGroup(
                "alertmanager",
                interval=config.interval,
                rules=tuple(alert for about in alerts.values() for alert in about),
            ),
        ),
    )


MIXIN = mixin()
