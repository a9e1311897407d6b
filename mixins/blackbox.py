"""Probes from outside, by blackbox_exporter: whether users can reach what they should."""

from __future__ import annotations

import attrs

from mixwright import Alert, Duration, Mixin, RuleGroup, Severity, promql
from mixwright.standard.dashboards import blackbox as dashboards
from mixwright.standard.rules import flapping

from ._settings import Settings


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one shop to another; the defaults fit most."""

    selector: str = 'job=~"blackbox.*"'
    slow_above: float = 2
    """Seconds that 95 of 100 probes should not take longer than."""
    expires_within: str = "21d"
    """How long before the end a certificate is a ticket."""
    expires_now: str = "2d"
    """How long before the end a certificate is a page."""


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for probes."""
    d = dashboards
    failing = Alert(
        "ProbeFailing",
        expr=promql(f"max_over_time({d.SUCCESS}[1m])").eq(0),
        hold="1m",
        keep_firing="2m",
        severity=Severity.PAGE,
        summary="{{ $labels.instance }} cannot be reached from outside",
        description="No probe by {{ $labels.job }} has succeeded for more than 1m: users see the same.",
    )
    slow = Alert(
        "ProbeSlow",
        expr=(promql(f"quantile_over_time(0.95, {d.TIME}[10m])") > config.slow_above)
        & d.SUCCESS.eq(1),
        hold="5m",
        keep_firing="5m",
        severity=Severity.TICKET,
        summary="{{ $labels.instance }} is slow from outside",
        description="One probe in twenty took {{ $value | humanizeDuration }} or longer within 10m.",
    )

    def expires(name: str, within: str, severity: Severity) -> Alert:
        return Alert(
            name,
            expr=d.LEFT < Duration.parse(within).seconds,
            hold="10m",
            severity=severity,
            summary=f"the certificate of {{{{ $labels.instance }}}} expires within {within}",
            description="It is valid for {{ $value | humanizeDuration }} more; after that browsers "
            "refuse the site.",
        )

    alerts = {
        "failing": (failing,),
        "flapping": (flapping.flapping(d.SUCCESS, name="ProbeFlapping"),),
        "slow": (slow,),
        "expires": (expires("ProbeCertificateExpires", config.expires_now, Severity.PAGE),),
        "expires_soon": (
            expires("ProbeCertificateExpiresSoon", config.expires_within, Severity.TICKET),
        ),
    }
    return config.mixin(
        "blackbox",
        version="0.1.0",
        description="Probes from outside: reachability, time by phase, certificates.",
        dashboards=dashboards.hierarchies(alerts),
        rules=(
            RuleGroup(
                "blackbox",
                interval=config.interval,
                rules=tuple(alert for about in alerts.values() for alert in about),
            ),
        ),
    )


MIXIN = mixin()
