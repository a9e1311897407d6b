"""prometheus-operator: whether rules and targets reach Prometheus."""

from __future__ import annotations

import attrs

from mixwright import Alert, Mixin, RuleGroup, Severity, promql
from mixwright.standard.dashboards import prometheus_operator as dashboards
from mixwright.standard.rules import absence, errors

from ._settings import Settings


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one cluster to another; the defaults fit most."""

    selector: str = 'job="prometheus-operator"'


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for prometheus-operator."""
    d = dashboards
    who = "{{ $labels.controller }}"
    rejected = Alert(
        "PrometheusOperatorRejects",
        expr=promql(
            "sum by (cluster, namespace, job, controller, resource) "
            f"(last_over_time({d.REJECTED}[2m]))"
        )
        > 0,
        # What is wrong does not mend itself; the hold forgives what is applied in several steps.
        hold="3m",
        severity=Severity.TICKET,
        summary=f"the operator rejects {{{{ $value }}}} {{{{ $labels.resource }}}} of {who}",
        description="They are left out without a word to those who wrote them: a rejected "
        "PrometheusRule takes its alerts with it. See its status and its events.",
    )
    unsynced = Alert(
        "PrometheusOperatorOutOfSync",
        expr=promql(
            f"sum by (cluster, namespace, job, controller) (min_over_time({d.UNSYNCED}[5m]))"
        )
        > 0,
        hold="10m",
        severity=Severity.TICKET,
        summary=f"the operator's controller {who} is out of sync",
        description="Objects that have not been what they should be for 10m: {{ $value }}.",
    )
    ready = Alert(
        "PrometheusOperatorNotReady",
        expr=promql(f"max_over_time({d.READY}[5m])").eq(0),
        hold="5m",
        severity=Severity.TICKET,
        summary=f"the operator's controller {who} is not ready",
        description="What changes does not reach Prometheus or Alertmanager.",
    )
    alerts = {
        "down": (
            absence.none_up(
                promql("up"),
                what="the Prometheus operator",
                name="PrometheusOperatorDown",
                severity=Severity.TICKET,
                hold="5m",
            ),
        ),
        "errors": (
            errors.share_high(
                d.FAILED,
                d.RECONCILED,
                above=0.1,
                by=d.CONTROLLER,
                evidence=3,
                what="reconciliations",
                name="PrometheusOperatorFails",
                hold="10m",
            ),
        ),
        "rejected": (rejected,),
        "unsynced": (unsynced,),
        "ready": (ready,),
        "watches": (
            errors.share_high(
                d.WATCHES_FAILED,
                d.WATCHES,
                above=0.4,
                by=d.CONTROLLER,
                evidence=3,
                what="watches",
                name="PrometheusOperatorCannotWatch",
                hold="10m",
            ),
        ),
    }
    return config.mixin(
        "prometheus-operator",
        version="0.1.0",
        description="prometheus-operator: reconciliations, and resources that were rejected.",
        dashboards=dashboards.hierarchy(alerts),
        rules=(
            RuleGroup(
                "prometheus-operator",
                interval=config.interval,
                rules=tuple(alert for about in alerts.values() for alert in about),
            ),
        ),
    )


MIXIN = mixin()
