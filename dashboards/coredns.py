"""Dashboards of CoreDNS: all servers, and one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Method, Panel, Query, Row, Variable, panels, promql
from mixwright.standard.rules import burn, latency

from . import component, process

JOB = ("cluster", "namespace", "job")
TIME = "coredns_dns_request_duration_seconds"
UPSTREAM = "coredns_proxy_request_duration_seconds"
REQUESTS = promql("coredns_dns_requests_total")
RESPONSES = promql("coredns_dns_responses_total")
FAILED = promql('coredns_dns_responses_total{rcode=~"SERVFAIL|REFUSED"}')
UPSTREAM_ALL = promql(f"{UPSTREAM}_count")
UPSTREAM_FAILED = promql(f'{UPSTREAM}_count{{rcode=~"SERVFAIL|REFUSED"}}')
UNHEALTHY = promql("coredns_proxy_healthcheck_failures_total")
REJECTED = promql("coredns_forward_max_concurrent_rejects_total")
PANICS = promql("coredns_panics_total")
RELOADS = promql("coredns_reload_failed_total")
HITS = promql("coredns_cache_hits_total")
LOOKUPS = promql("coredns_cache_requests_total")


def hierarchy(alerts: Mapping[str, Sequence[Alert]]) -> Dashboard:
    """Return the hierarchy: the DNS of each cluster, and its servers."""
    return Dashboard(
        "CoreDNS",
        description="Are names resolved, and fast? Requests, failures, upstreams, cache.",
        per=Variable("cluster", of=REQUESTS, multi=True),
        rows=(
            component.alive(down=alerts["up"]),
            Row(
                "Golden signals",
                (
                    Panel(
                        "Time to answer",
                        tuple(
                            Query(latency.quantile(q, TIME, by=JOB), legend=f"p{q * 100:g}")
                            for q in (0.5, 0.99)
                        ),
                        slot="latency",
                        unit="s",
                        minimum=0,
                        alert=alerts["slow"],
                        description="Half and 99 % of questions were answered within these times.",
                    ),
                    Panel(
                        "Questions",
                        promql(f"sum by (type) (rate({REQUESTS}[5m]))"),
                        slot="traffic",
                        unit="reqps",
                        minimum=0,
                        kind=panels.TimeSeries(stack=True),
                        legend="{{type}}",
                        description="Questions per second, by type of record.",
                    ),
                    Panel(
                        "Failing",
                        Query(burn.ratio(FAILED, RESPONSES, over="5m", by=JOB), legend="failing"),
                        slot="errors",
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        alert=alerts["errors"],
                        description="Share of answers that are `SERVFAIL` or `REFUSED`.",
                    ),
                    Panel(
                        "Missing the cache",
                        Query(
                            1
                            - promql(f"sum by (cluster, job) (rate({HITS}[5m]))")
                            / promql(f"sum by (cluster, job) (rate({LOOKUPS}[5m]))"),
                            legend="missing",
                        ),
                        slot="saturation",
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        description="Share of questions that the cache could not answer.",
                    ),
                ),
                method=Method.GOLDEN,
            ),
            Row("Upstreams", _upstreams(alerts)),
        ),
        children=(_server(alerts),),
    )


def _upstreams(alerts: Mapping[str, Sequence[Alert]]) -> tuple[Panel, ...]:
    return (
        Panel(
            "Time to answer",
            latency.quantile(0.99, UPSTREAM, by=("to",)),
            unit="s",
            minimum=0,
            legend="{{to}}",
            alert=alerts["upstream_slow"],
            description="99 of 100 forwarded questions were answered within this time, by upstream.",
        ),
        Panel(
            "Forwarded",
            promql(f"sum by (to, rcode) (rate({UPSTREAM_ALL}[5m]))"),
            unit="reqps",
            minimum=0,
            legend="{{to}} {{rcode}}",
            alert=alerts["upstream_errors"],
            description="Forwarded questions per second, by upstream and answer.",
        ),
        Panel(
            "Failed health checks",
            promql(f"sum by (to) (rate({UNHEALTHY}[5m]))"),
            unit="ops",
            minimum=0,
            legend="{{to}}",
            alert=alerts["upstream_unhealthy"],
            description="Health checks per second that an upstream did not pass.",
        ),
    )


def _server(alerts: Mapping[str, Sequence[Alert]]) -> Dashboard:
    return Dashboard(
        "CoreDNS server",
        slug="server",
        description="Is it this server? Its answers, its cache, its faults, its process.",
        per=Variable("instance", of=REQUESTS),
        rows=(
            Row(
                "Answers",
                (
                    Panel(
                        "By code",
                        promql(f"sum by (rcode) (rate({RESPONSES}[5m]))"),
                        unit="reqps",
                        minimum=0,
                        kind=panels.TimeSeries(stack=True),
                        legend="{{rcode}}",
                        description="Answers per second, by code.",
                    ),
                    Panel(
                        "Time by zone",
                        latency.quantile(0.99, TIME, by=("zone",)),
                        unit="s",
                        minimum=0,
                        legend="{{zone}}",
                        description="99 of 100 questions were answered within this time, by zone.",
                    ),
                    Panel(
                        "Entries of the cache",
                        promql("sum by (type) (coredns_cache_entries)"),
                        unit="short",
                        minimum=0,
                        legend="{{type}}",
                        description="Names that the cache holds, found and denied ones.",
                    ),
                    Panel(
                        "Faults",
                        (
                            Query(promql(f"increase({PANICS}[15m])"), legend="panics"),
                            Query(promql(f"increase({RELOADS}[15m])"), legend="failed reloads"),
                            Query(promql(f"increase({REJECTED}[15m])"), legend="rejected"),
                        ),
                        unit="short",
                        minimum=0,
                        alert=(*alerts["panics"], *alerts["reloads"], *alerts["rejects"]),
                        description="Within 15 minutes: crashes of a handler, configurations that were "
                        "not taken, questions not forwarded because too many waited.",
                    ),
                ),
            ),
            Row("Process", process.panels(legend="the process")),
        ),
    )
