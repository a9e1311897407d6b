"""Apache: web servers watched through apache_exporter."""

from __future__ import annotations

import attrs

from mixwright import Alert, Mixin, Recording, RuleGroup, Severity, promql
from mixwright.standard.dashboards import apache as dashboards
from mixwright.standard.rules import absence, saturation, traffic

from ._settings import Settings

INSTANCE = ("cluster", "namespace", "job", "instance")


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one shop to another; the defaults fit most."""

    selector: str = 'job="apache"'
    mean_above: float = 1
    """Seconds that a request may take on average."""
    workers_above: float = 0.8
    """Share of workers from which on a server is saturated."""
    traffic_below: float = 0.5
    """Share of its own past below which traffic has dropped."""


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for Apache servers."""
    busy = promql(f"sum without (state) (avg_over_time({dashboards.BUSY}[2m]))")
    slow = Alert(
        "ApacheSlow",
        expr=(dashboards.MEAN_TIME > config.mean_above)
        & promql(f"increase({dashboards.ACCESSES}[5m]) >= 50"),
        hold="5m",
        keep_firing="5m",
        severity=Severity.TICKET,
        summary="{{ $labels.instance }} answers slowly",
        description="A request takes {{ $value | humanizeDuration }} on average over 5m.",
    )
    restart = Alert(
        "ApacheRestarted",
        expr=promql("resets(apache_uptime_seconds_total[15m])") > 0,
        severity=Severity.LOG,
        summary="{{ $labels.instance }} was restarted",
        description="It was started {{ $value | humanize }} times within 15m.",
    )
    alerts = {
        "down": (
            absence.server_down(dashboards.UP, promql("up"), what="Apache", name="ApacheDown"),
        ),
        "slow": (slow,),
        "workers": (
            saturation.high(
                promql(f"{busy} / sum without (state) (avg_over_time(apache_scoreboard[2m]))"),
                above=config.workers_above,
                what="workers",
                name="ApacheWorkersSaturated",
                hold="1m",
            ),
        ),
        "restart": (restart,),
        "traffic": (
            traffic.dropped(
                dashboards.RECORDED_RATE,
                below=config.traffic_below,
                by=INSTANCE,
                name="ApacheTrafficDropped",
                severity=Severity.TICKET,
            ),
        ),
    }
    rate = f"sum by ({', '.join(INSTANCE)}) (rate({dashboards.ACCESSES}[5m]))"
    return config.mixin(
        "apache",
        version="0.1.0",
        description="Apache: requests, their time, workers, and traffic against its own past.",
        dashboards=dashboards.hierarchy(alerts),
        rules=(
            RuleGroup(
                "apache",
                interval=config.interval,
                rules=(
                    Recording(str(dashboards.RECORDED_RATE), expr=promql(rate)),
                    *(alert for about in alerts.values() for alert in about),
                ),
            ),
        ),
    )


MIXIN = mixin()
