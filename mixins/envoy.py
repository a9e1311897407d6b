"""Envoy: proxies, and what is behind them."""

from __future__ import annotations

import attrs

from mixwright import Alert, Mixin, RuleGroup, Severity, promql
from mixwright.standard.dashboards import envoy as dashboards
from mixwright.standard.rules import absence, errors

from ._settings import Settings

UPSTREAM = "{{ $labels.envoy_cluster_name }}"


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one shop to another; the defaults fit most."""

    selector: str = 'job="envoy"'
    failing_above: float = 0.05
    """Share of an upstream's answers that may be 5xx."""


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for Envoy."""
    d = dashboards
    by = ", ".join(d.UPSTREAM)
    up = promql("up")
    unhealthy = Alert(
        "EnvoyNoHealthyUpstream",
        expr=promql(f"sum by ({by}) ({d.HEALTHY})").eq(0)
        & (promql(f"sum by ({by}) ({d.MEMBERS})") > 0),
        hold="1m",
        keep_firing="2m",
        severity=Severity.PAGE,
        summary=f"nothing healthy is behind {UPSTREAM}",
        description="All its members have failed their health checks for 1m; every request to it fails.",
    )
    live = Alert(
        "EnvoyNotLive",
        expr=d.LIVE.eq(0),
        hold="5m",
        severity=Severity.TICKET,
        summary="the proxy {{ $labels.instance }} takes no requests",
        description="It has been draining for 5m.",
    )
    alerts = {
        "down": (
            absence.none_up(up, what="every proxy", name="EnvoyDown"),
            absence.target_down(up, name="EnvoyProxyDown", hold="2m"),
        ),
        "errors": (
            errors.share_high(
                d.FAILED,
                d.REQUESTS,
                above=config.failing_above,
                by=d.UPSTREAM,
                name="EnvoyUpstreamFailing",
                severity=Severity.PAGE,
                hold="2m",
            ),
        ),
        "unhealthy": (unhealthy,),
        "overflow": (
            errors.keeps_happening(
                d.OVERFLOW,
                more_than=10,
                over="5m",
                what=f"requests to {UPSTREAM} are turned away by",
                name="EnvoyRequestsTurnedAway",
                hold="2m",
            ),
        ),
        "connect": (
            errors.keeps_happening(
                d.NOT_CONNECTED,
                more_than=20,
                what=f"{UPSTREAM} cannot be reached by",
                name="EnvoyCannotConnect",
            ),
        ),
        "live": (live,),
    }
    return config.mixin(
        "envoy",
        version="0.1.0",
        description="Envoy: requests, errors and duration by upstream, health, and each proxy.",
        dashboards=dashboards.hierarchy(alerts),
        rules=(
            RuleGroup(
                "envoy",
                interval=config.interval,
                rules=tuple(alert for about in alerts.values() for alert in about),
            ),
        ),
    )


MIXIN = mixin()
