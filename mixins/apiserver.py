"""kube-apiserver: whether the API answers, fast and without fail."""

from __future__ import annotations

import attrs

from mixwright import Alert, Mixin, RuleGroup, Severity, promql
from mixwright.standard.dashboards import apiserver as dashboards
from mixwright.standard.rules import absence, burn, errors, latency, saturation

from ._settings import Settings


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one cluster to another; the defaults fit most."""

    selector: str = 'job=~"kube-apiserver|apiserver"'
    target: float = 0.999
    """Share of requests that must succeed within a month."""
    answered_within: float = 1
    """Seconds within which 99 of 100 requests, by verb, should be answered; an edge of a bucket."""
    seats_above: float = 0.9
    """Share of the seats of a priority level from which on it is saturated."""


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for the API server."""
    budget = burn.rate(
        errors=dashboards.FAILED,
        requests=dashboards.REQUESTS,
        target=config.target,
        by=dashboards.JOB,
        record=dashboards.RECORDED_ERRORS,
        group="apiserver-error-budget",
        interval=config.interval,
        name="KubeApiErrorBudgetBurns",
    )
    aggregated = Alert(
        "KubeAggregatedApiDown",
        # Restarts of the server behind it are over within `hold`; a lost scrape begins nothing anew.
        expr=promql(f"max by (cluster, name) (last_over_time({dashboards.UNAVAILABLE}[2m]))") > 0,
        hold="5m",
        keep_firing="5m",
        severity=Severity.TICKET,
        summary="the aggregated API {{ $labels.name }} does not answer",
        description="The server behind it has not answered for 5m; whoever lists all APIs "
        "waits for it.",
    )
    seats = saturation.high(
        promql(f"sum by (cluster, job, priority_level) (avg_over_time({dashboards.EXECUTING}[5m]))")
        / promql(f"sum by (cluster, job, priority_level) (avg_over_time({dashboards.SEATS}[5m]))"),
        above=config.seats_above,
        what="seats",
        where="priority level {{ $labels.priority_level }}",
        name="KubeApiSeatsSaturated",
    )
    certificates = Alert(
        "KubeClientCertificateExpires",
        expr=promql(f"sum by (cluster, job) (increase({dashboards.EXPIRING}[1h]))") > 0,
        hold="5m",
        severity=Severity.TICKET,
        summary="a client of {{ $labels.job }} comes with a certificate that expires within a day",
        description="About {{ $value | humanize }} requests within 1h came with one; once it has "
        "expired, the client is refused.",
    )
    alerts = {
        "up": (absence.none_up(promql("up"), what="the API server", name="KubeApiDown"),),
        "slow": (
            latency.slow(
                dashboards.TIME,
                q=0.99,
                above=config.answered_within,
                by=(*dashboards.JOB, "verb"),
                evidence=1,
                name="KubeApiSlow",
                severity=Severity.TICKET,
                hold="10m",
            ),
        ),
        "seats": (seats,),
        "rejected": (
            errors.keeps_happening(
                dashboards.REJECTED,
                more_than=10,
                what="requests find no seat on",
                name="KubeApiRequestsRejected",
            ),
        ),
        "terminated": (
            errors.share_high(
                dashboards.TERMINATED,
                dashboards.REQUESTS,
                above=0.2,
                by=dashboards.JOB,
                name="KubeApiRequestsTerminated",
            ),
        ),
        "aggregated": (aggregated,),
        "certificates": (certificates,),
    }
    drawn = {**alerts, "budget_fast": (budget.fast,), "budget_slowly": (budget.slow,)}
    return config.mixin(
        "apiserver",
        version="0.1.0",
        description="kube-apiserver: requests, objective, queues, certificates and what is behind.",
        dashboards=dashboards.hierarchy(drawn),
        rules=(
            *budget.groups,
            RuleGroup(
                "apiserver",
                interval=config.interval,
                rules=tuple(alert for about in alerts.values() for alert in about),
            ),
        ),
    )


MIXIN = mixin()
