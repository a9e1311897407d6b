"""HTTP services: requests, errors and duration, from all services down to one instance."""

from __future__ import annotations

import attrs

from mixwright import Alert, Mixin, Recording, RuleGroup, Severity
from mixwright.standard.dashboards import http_service as dashboards
from mixwright.standard.rules import (
    absence,
    burn,
    deviation,
    flapping,
    latency,
    saturation,
    traffic,
)

from ._settings import Settings


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one shop to another; without a selector, every job that counts HTTP requests is watched."""

    signals: dashboards.Signals = attrs.field(factory=dashboards.Signals)
    """Names of metrics and labels."""
    target: float = 0.999
    """Share of requests that must succeed within a month."""
    p95_above: float = 0.5
    """Seconds within which 19 of 20 requests should be answered; an edge of a bucket."""
    p99_above: float = 1.0
    """Seconds within which 99 of 100 requests should be answered; an edge of a bucket."""
    traffic_below: float = 0.5
    """Share of its own past below which traffic has dropped."""
    slots_above: float = 0.8
    """Share of worker slots from which on an instance is saturated."""


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for a set of services."""
    s = config.signals
    rate, p95 = str(s.recorded_rate), str(s.recorded_p95)

    def of_services(alert: Alert) -> Alert:
        return attrs.evolve(alert, expr=s.of_services(alert.expr))

    down = of_services(absence.target_down(s.up, name="HttpInstanceDown"))
    all_down = of_services(absence.all_down(s.up, by=s.service, name="HttpServiceDown"))
    flaps = of_services(flapping.flapping(s.up, name="HttpInstanceFlapping"))
    slow = latency.slow(
        s.duration, q=0.95, above=config.p95_above, by=s.service, name="HttpLatencyHigh"
    )
    tail = latency.slow(
        s.duration,
        q=0.99,
        above=config.p99_above,
        by=s.service,
        name="HttpTailLatencyHigh",
        severity=Severity.TICKET,
        hold="15m",
    )
    *medians, unusual = deviation.robust(
        s.recorded_p95,
        record=p95,
        what="p95 latency",
        humanize="humanizeDuration",
        name="HttpLatencyUnusual",
    )
    budget = burn.rate(
        errors=s.errors,
        requests=s.all_requests,
        target=config.target,
        by=s.service,
        record=s.recorded_errors,
        group="http-error-budget",
        interval=config.interval,
        name="HttpErrorBudgetBurns",
    )
    dropped = traffic.dropped(
        s.recorded_rate, below=config.traffic_below, by=s.service, name="HttpTrafficDropped"
    )
    slots = saturation.high(
        s.slots_used(s.instance),
        above=config.slots_above,
        what="worker slots",
        name="HttpSlotsSaturated",
    )
    files = of_services(
        saturation.high(
            s.files_open, above=0.8, what="file descriptors", name="HttpFileDescriptorsSaturated"
        )
    )
    return config.mixin(
        "http-service",
        version="0.1.0",
        description="HTTP services: rate, errors, duration and saturation of services and instances.",
        dashboards=dashboards.fleet(
            s,
            dashboards.Alerts(
                up=(down, flaps),
                all_down=(all_down,),
                latency=(slow,),
                tail_latency=(tail,),
                unusual=(unusual,),
                budget_fast=(budget.fast,),
                budget_slowly=(budget.slow,),
                traffic=(dropped,),
                slots=(slots,),
                files=(files,),
            ),
        ),
        rules=(
            RuleGroup(
                "http-records",
                interval=config.interval,
                rules=(
                    Recording(rate, expr=s.rate(s.service)),
                    Recording(p95, expr=s.quantile(0.95, s.service)),
                ),
            ),
            *budget.groups,
            RuleGroup(
                "http-service",
                interval=config.interval,
                rules=(all_down, down, flaps, slow, tail, *medians, unusual, dropped, slots, files),
            ),
        ),
    )


MIXIN = mixin()
