"""JVM: Java programs watched through the JMX exporter, with Tomcat when it is there."""

from __future__ import annotations

import attrs

from mixwright import Alert, Mixin, RuleGroup, Severity, promql
from mixwright.standard.dashboards import jvm as dashboards
from mixwright.standard.rules import absence, errors, saturation

from ._settings import Settings


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one shop to another; the defaults fit most."""

    selector: str = 'job="jmx"'
    heap_above: float = 0.9
    """Share of the old generation that collection cannot free, from which on the heap is full."""
    collecting_above: float = 0.1
    """Share of time that garbage collection may take."""
    mean_above: float = 1
    """Seconds that a request to Tomcat may take on average."""
    threads_above: float = 0.8
    """Share of Tomcat's threads from which on it is saturated."""


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for Java programs."""
    d = dashboards
    after = promql(f"{d.AFTER_COLLECTION} / ({d.AFTER_COLLECTION_MOST} > 0)")
    leak = Alert(
        "JvmLeaks",
        expr=(after > 0.5)
        & (
            promql(f"predict_linear({d.AFTER_COLLECTION}[6h], 86400)")
            > (d.AFTER_COLLECTION_MOST > 0)
        )
        & promql(f"last_over_time({d.AFTER_COLLECTION}[10m] offset 6h)"),
        hold="30m",
        severity=Severity.TICKET,
        summary="{{ $labels.instance }} leaks memory",
        description="{{ $value | humanizePercentage }} of the old generation outlive collection, and "
        "the line through the last 6h reaches the end within a day.",
    )
    slow = Alert(
        "JvmRequestsSlow",
        expr=(promql(f"rate({d.TIME}[5m]) / 1000 / rate({d.REQUESTS}[5m])") > config.mean_above)
        & promql(f"increase({d.REQUESTS}[5m]) >= 50"),
        hold="5m",
        keep_firing="5m",
        severity=Severity.TICKET,
        summary="{{ $labels.instance }} answers slowly",
        description="A request takes {{ $value | humanizeDuration }} on average over 5m.",
    )
    deadlock = Alert(
        "JvmDeadlocked",
        expr=promql(f"min_over_time({d.DEADLOCKED}[2m])") > 0,
        hold="1m",
        severity=Severity.PAGE,
        summary="threads of {{ $labels.instance }} wait for each other",
        description="{{ $value }} threads are deadlocked; they will not go on until the program is "
        "restarted.",
    )
    beans = Alert(
        "JvmBeansUnreadable",
        expr=promql(f"min_over_time({d.SCRAPE_ERROR}[5m])").eq(1),
        hold="10m",
        severity=Severity.TICKET,
        summary="the exporter of {{ $labels.instance }} cannot read its beans",
        description="It has failed for more than 10m: what it would report is not known.",
    )
    alerts = {
        "down": (absence.target_down(promql("up"), name="JvmDown"),),
        "slow": (slow,),
        "errors": (
            errors.too_many(
                d.ERRORS, d.REQUESTS, above=0.05, what="requests", name="JvmRequestsFail"
            ),
        ),
        "heap": (
            saturation.high(
                after,
                above=config.heap_above,
                what="heap",
                name="JvmHeapSaturated",
                hold="10m",
            ),
        ),
        "leak": (leak,),
        "collecting": (
            saturation.high(
                d.COLLECTING,
                above=config.collecting_above,
                what="time for work",
                used="of the time goes to collecting garbage",
                name="JvmCollectsTooMuch",
                hold="10m",
            ),
        ),
        "deadlock": (deadlock,),
        "threads": (
            saturation.high(
                saturation.share(d.BUSY, d.THREADS),
                above=config.threads_above,
                what="Tomcat threads",
                name="JvmThreadsSaturated",
            ),
        ),
        "beans": (beans,),
    }
    return config.mixin(
        "jvm",
        version="0.1.0",
        description="JVM: heap, garbage, threads, and Tomcat's requests.",
        dashboards=dashboards.hierarchy(alerts),
        rules=(
            RuleGroup(
                "jvm",
                interval=config.interval,
                rules=tuple(alert for about in alerts.values() for alert in about),
            ),
        ),
    )


MIXIN = mixin()
