"""Loki: whether logs arrive and can be read."""

from __future__ import annotations

import attrs

from mixwright import Alert, Mixin, Recording, RuleGroup, Severity, promql
from mixwright.standard.dashboards import loki as dashboards
from mixwright.standard.rules import absence, errors, latency, traffic

from ._settings import Settings


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one shop to another; the defaults fit most."""

    selector: str = 'job=~"loki.*"'
    answered_within: float = 5
    """Seconds within which 99 of 100 requests, by route, should be answered; an edge of a bucket."""
    streams_above: int = 100_000
    """Streams in the memory of one instance that are too many."""


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for Loki."""
    d = dashboards
    up = promql("up")
    discarded = Alert(
        "LokiDiscardsLines",
        expr=promql(f"sum by (cluster, namespace, job, reason) (increase({d.DISCARDED}[15m]))")
        > 100,
        hold="5m",
        keep_firing="15m",
        severity=Severity.TICKET,
        summary="{{ $labels.job }} throws lines away: {{ $labels.reason }}",
        description="About {{ $value | humanize }} lines within 15m; nobody will ever read them.",
    )
    fewer = attrs.evolve(
        traffic.dropped(
            d.RECORDED_LINES,
            below=0.2,
            name="LokiLinesDropped",
            severity=Severity.TICKET,
            hold="5m",
        ),
        summary="{{ $labels.job }} takes in far fewer lines than before",
        description="{{ $value | humanize }} lines per second arrive, less than 20% of the hour "
        "before. Agents may not reach it at all.",
    )
    streams = Alert(
        "LokiTooManyStreams",
        expr=promql(f"sum by (cluster, job, instance) ({d.STREAMS})") > config.streams_above,
        hold="15m",
        severity=Severity.TICKET,
        summary="{{ $labels.instance }} holds too many streams",
        description="{{ $value | humanize }} sets of labels: somebody has made a label of something "
        "that differs in every line.",
    )
    alerts = {
        "down": (
            absence.none_up(up, what="Loki", name="LokiDown", severity=Severity.TICKET),
            absence.target_down(up, name="LokiInstanceDown", hold="5m"),
        ),
        "errors": (
            errors.share_high(
                d.FAILED,
                d.REQUESTS,
                above=0.1,
                by=(*d.JOB, "route"),
                name="LokiRequestsFail",
            ),
        ),
        "slow": (
            latency.slow(
                d.TIME,
                q=0.99,
                above=config.answered_within,
                by=(*d.JOB, "route"),
                evidence=1,
                name="LokiSlow",
                severity=Severity.TICKET,
                hold="10m",
            ),
        ),
        "silent": (fewer,),
        "discarded": (discarded,),
        "streams": (streams,),
        "flush": (
            errors.keeps_happening(
                d.FLUSH_FAILURES,
                more_than=5,
                what="chunks cannot be written by",
                name="LokiCannotFlush",
            ),
        ),
        "wal": (
            errors.happened(
                d.WAL_FULL,
                what="the write-ahead log is full",
                name="LokiLogFull",
                severity=Severity.TICKET,
            ),
        ),
    }
    rate = f"sum by ({', '.join(d.JOB)}) (rate({d.LINES}[5m]))"
    return config.mixin(
        "loki",
        version="0.1.0",
        description="Loki: requests, lines, what is thrown away, and what waits to be written.",
        dashboards=dashboards.hierarchy(alerts),
        rules=(
            RuleGroup(
                "loki",
                interval=config.interval,
                rules=(
                    Recording(str(d.RECORDED_LINES), expr=promql(rate)),
                    *(alert for about in alerts.values() for alert in about),
                ),
            ),
        ),
    )


MIXIN = mixin()
