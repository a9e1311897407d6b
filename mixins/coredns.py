"""CoreDNS: whether names are resolved, and fast."""

from __future__ import annotations

import attrs

from mixwright import Mixin, RuleGroup, Severity, promql
from mixwright.standard.dashboards import coredns as dashboards
from mixwright.standard.rules import absence, errors, latency

from ._settings import Settings


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one cluster to another; the defaults fit most."""

    selector: str = 'job=~"kube-dns|coredns"'
    answered_within: float = 1.024
    """Seconds within which 99 of 100 questions should be answered; an edge of a bucket."""
    upstream_within: float = 2.048
    """Seconds within which an upstream should answer 99 of 100; an edge of a bucket."""
    failing_above: float = 0.03
    """Share of answers from which on failures page."""


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for CoreDNS."""
    up = promql("up")
    alerts = {
        "up": (
            absence.none_up(up, what="DNS", name="CoreDNSDown"),
            absence.target_down(up, name="CoreDNSServerDown", hold="5m"),
        ),
        "slow": (
            latency.slow(
                dashboards.TIME,
                q=0.99,
                above=config.answered_within,
                by=dashboards.JOB,
                name="CoreDNSSlow",
                hold="5m",
            ),
        ),
        "errors": (
            errors.share_high(
                dashboards.FAILED,
                dashboards.RESPONSES,
                above=config.failing_above,
                by=dashboards.JOB,
                what="questions",
                name="CoreDNSFailing",
                severity=Severity.PAGE,
            ),
        ),
        "upstream_slow": (
            latency.slow(
                dashboards.UPSTREAM,
                q=0.99,
                above=config.upstream_within,
                by=(*dashboards.JOB, "to"),
                evidence=1,
                name="CoreDNSUpstreamSlow",
                severity=Severity.TICKET,
                hold="10m",
            ),
        ),
        "upstream_errors": (
            errors.share_high(
                dashboards.UPSTREAM_FAILED,
                dashboards.UPSTREAM_ALL,
                above=config.failing_above,
                by=(*dashboards.JOB, "to"),
                what="forwarded questions",
                name="CoreDNSUpstreamFailing",
            ),
        ),
        "upstream_unhealthy": (
            errors.keeps_happening(
                dashboards.UNHEALTHY,
                more_than=10,
                what="{{ $labels.to }} fails the health checks of",
                name="CoreDNSUpstreamUnhealthy",
            ),
        ),
        "panics": (
            errors.happened(dashboards.PANICS, what="CoreDNS panicked", name="CoreDNSPanicked"),
        ),
        "reloads": (
            errors.happened(
                dashboards.RELOADS,
                what="CoreDNS did not take its configuration",
                name="CoreDNSReloadFailed",
                severity=Severity.TICKET,
            ),
        ),
        "rejects": (
            errors.keeps_happening(
                dashboards.REJECTED,
                more_than=10,
                what="too many questions wait for the upstreams of",
                name="CoreDNSQuestionsRejected",
            ),
        ),
    }
    return config.mixin(
        "coredns",
        version="0.1.0",
        description="CoreDNS: questions, failures, upstreams and cache of all servers and one.",
        dashboards=dashboards.hierarchy(alerts),
        rules=(
            RuleGroup(
                "coredns",
                interval=config.interval,
                rules=tuple(alert for about in alerts.values() for alert in about),
            ),
        ),
    )


MIXIN = mixin()
