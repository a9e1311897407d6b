"""Prometheus: whether monitoring itself works, and a heartbeat for those who would tell if it did not."""

from __future__ import annotations

import attrs

from mixwright import Alert, Mixin, RuleGroup, Severity, promql
from mixwright.standard.dashboards import prometheus as dashboards
from mixwright.standard.rules import absence, saturation

from ._settings import Settings

SERVER = "{{ $labels.instance }}"


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one shop to another; the defaults fit most."""

    selector: str = 'job=~"prometheus.*",job!~"prometheus-operator.*"'
    targets_above: float = 0.1
    """Share of a job's targets that may be down."""
    growth: float = 1.5
    """How many times as many series as a day ago there may be."""


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for Prometheus servers."""
    d = dashboards
    watchdog = Alert(
        "Watchdog",
        expr=d.HEARTBEAT,
        severity=Severity.LOG,
        summary="monitoring works",
        description="It fires as long as rules are evaluated and notifications are sent. Route it to "
        "something outside that tells when it stops.",
    )
    alerts = {
        "heartbeat": (watchdog,),
        "down": (absence.target_down(promql("up"), name="PrometheusDown"),),
        **_told(),
        **_taken_in(config),
        "queries": (
            saturation.high(
                saturation.share(d.QUERIES, d.MOST_QUERIES, over="2m"),
                above=0.8,
                what="room for queries",
                name="PrometheusQueriesSaturated",
            ),
        ),
    }
    return config.mixin(
        "prometheus",
        version="0.1.0",
        description="Prometheus: targets, rules, notifications, storage, and a heartbeat.",
        dashboards=dashboards.hierarchy(alerts),
        rules=(
            RuleGroup(
                "prometheus",
                interval=config.interval,
                rules=tuple(alert for about in alerts.values() for alert in about),
            ),
        ),
    )


def _told() -> dict[str, tuple[Alert, ...]]:
    """Return the alerts on the way from a rule to people."""
    d = dashboards
    return {
        "config": (
            Alert(
                "PrometheusConfigRefused",
                expr=promql(f"last_over_time({d.LOADED}[2m])").eq(0),
                hold="5m",
                severity=Severity.TICKET,
                summary=f"{SERVER} has refused its configuration",
                description="It runs on with the one before, and would not start with this one.",
            ),
        ),
        "rules": (
            Alert(
                "PrometheusRulesFail",
                expr=promql(f"sum without (rule_group) (increase({d.RULE_FAILURES}[5m]))") > 0,
                hold="5m",
                keep_firing="5m",
                severity=Severity.PAGE,
                summary=f"rules of {SERVER} cannot be evaluated",
                description="{{ $value | humanize }} evaluations failed within 5m: the alerts among "
                "them cannot fire.",
            ),
        ),
        "groups": (
            Alert(
                "PrometheusRulesTooSlow",
                expr=d.GROUP_TIME > d.GROUP_INTERVAL,
                hold="10m",
                severity=Severity.TICKET,
                summary=f"the rule group {{{{ $labels.rule_group }}}} of {SERVER} takes longer than its "
                "interval",
                description="An evaluation takes {{ $value | humanizeDuration }}; every other one is "
                "left out.",
            ),
        ),
        "receivers": (
            Alert(
                "PrometheusHasNoAlertmanager",
                expr=promql(f"last_over_time({d.RECEIVERS}[2m])") < 1,
                hold="5m",
                severity=Severity.PAGE,
                summary=f"{SERVER} knows no Alertmanager",
                description="Its alerts reach nobody. That you read this is due to another.",
            ),
        ),
        "sending": (
            Alert(
                "PrometheusCannotSendAlerts",
                expr=promql(
                    "min without (alertmanager) "
                    f"(rate({d.NOT_SENT}[5m]) / rate({d.SENT}[5m])) > 0.1"
                ),
                hold="5m",
                severity=Severity.PAGE,
                summary=f"{SERVER} cannot send its alerts",
                description="{{ $value | humanizePercentage }} of what it sends to the best of its "
                "Alertmanagers are lost.",
            ),
        ),
    }


def _taken_in(config: Config) -> dict[str, tuple[Alert, ...]]:
    """Return the alerts on what is scraped and stored."""
    d = dashboards
    failures = " or ".join(
        f'label_replace(increase({name}[1h]), "failure", "{name}", "", "")'
        for name in d.STORAGE_FAILURES
    )
    return {
        "targets": (
            Alert(
                "TargetsDown",
                expr=promql(f"1 - avg by (cluster, job) ({d.TARGETS})") > config.targets_above,
                hold="10m",
                severity=Severity.TICKET,
                summary="targets of {{ $labels.job }} do not answer",
                description="{{ $value | humanizePercentage }} of them have not been scraped for 10m.",
            ),
        ),
        "ingesting": (
            Alert(
                "PrometheusTakesNothingIn",
                expr=promql(f"sum without (type) (rate({d.APPENDED}[5m]))").eq(0),
                hold="5m",
                severity=Severity.PAGE,
                summary=f"{SERVER} takes no samples in",
                description="It has not stored a sample for 5m: nothing that it watches can alert.",
            ),
        ),
        "series": (
            Alert(
                "PrometheusSeriesGrow",
                expr=(d.SERIES > config.growth * promql(f"avg_over_time({d.SERIES}[1h] offset 1d)"))
                & (d.SERIES > 100_000),
                hold="30m",
                severity=Severity.TICKET,
                summary=f"{SERVER} has far more series than a day ago",
                description="{{ $value | humanize }} series are in memory, more than "
                f"{config.growth:g} times as many as a day ago.",
            ),
        ),
        "storage": (
            Alert(
                "PrometheusStorageFails",
                expr=promql(f"({failures}) > 0"),
                severity=Severity.TICKET,
                hold="5m",
                summary=f"the storage of {SERVER} fails: {{{{ $labels.failure }}}}",
                description='It happened about {{ $value | printf "%.0f" }} times within 1h. See its log, '
                "and its disk.",
            ),
        ),
    }


MIXIN = mixin()
