"""Dashboards of Apache: all servers, and one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Method, Panel, Query, Row, Variable, panels, promql

from . import component, process

UP = promql("apache_up")
ACCESSES = promql("apache_accesses_total")
BUSY = promql('apache_workers{state="busy"}')
PLACES = promql("sum without (state) (apache_scoreboard)")
MEAN_TIME = promql("rate(apache_duration_ms_total[5m]) / 1000 / rate(apache_accesses_total[5m])")
"""Seconds per request; Apache counts milliseconds, and knows no quantiles."""
RECORDED_RATE = promql("instance:apache_accesses:rate5m")

Alerts = Mapping[str, Sequence[Alert]]


def hierarchy(alerts: Alerts) -> Dashboard:
    """Return the hierarchy: all servers, and each."""
    name = process.INSTANCE
    return Dashboard(
        "Apache",
        slug="servers",
        description="Which web server is in trouble? All of them, by latency, traffic and saturation. "
        "Status codes are not among what Apache tells: see its access log, or a probe.",
        per=Variable("cluster", of=UP, multi=True),
        rows=(
            component.behind_exporter(UP, down=alerts["down"]),
            Row(
                "Golden signals",
                (
                    Panel(
                        "Mean time of a request",
                        MEAN_TIME,
                        slot="latency",
                        unit="s",
                        minimum=0,
                        legend=name,
                        alert=alerts["slow"],
                        description="Time of a request on average; quantiles need the access log.",
                    ),
                    Panel(
                        "Requests",
                        promql(f"rate({ACCESSES}[5m])"),
                        slot="traffic",
                        unit="reqps",
                        minimum=0,
                        legend=name,
                        description="Requests per second.",
                    ),
                    Panel(
                        "Not answering",
                        promql(f"1 - avg_over_time({UP}[5m])"),
                        slot="errors",
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        legend=name,
                        description="Share of scrapes that the server did not answer.",
                    ),
                    Panel(
                        "Workers busy",
                        promql(f"sum without (state) ({BUSY}) / {PLACES}"),
                        slot="saturation",
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        legend=name,
                        alert=alerts["workers"],
                        description="Share of all workers there may be that are busy; beyond the last "
                        "one, requests wait.",
                    ),
                ),
                method=Method.GOLDEN,
            ),
        ),
        children=(_server(alerts),),
    )


def _server(alerts: Alerts) -> Dashboard:
    return Dashboard(
        "Apache server",
        slug="server",
        description="What do this server's workers do, and is its traffic what it was?",
        per=Variable("instance", of=UP),
        rows=(
            Row(
                "Workers",
                (
                    Panel(
                        "By what they do",
                        promql("apache_scoreboard"),
                        unit="short",
                        minimum=0,
                        kind=panels.TimeSeries(stack=True),
                        legend="{{state}}",
                        description="Workers by state; open slots may still be started.",
                    ),
                    Panel(
                        "Sent",
                        promql("1000 * rate(apache_sent_kilobytes_total[5m])"),
                        unit="Bps",
                        minimum=0,
                        legend="sent",
                        description="Bytes per second.",
                    ),
                    Panel(
                        "Running for",
                        promql("apache_uptime_seconds_total"),
                        kind="stat",
                        unit="s",
                        legend="running for",
                        alert=alerts["restart"],
                        description="Time since the server was started.",
                    ),
                ),
            ),
            Row(
                "Against its own past",
                (
                    Panel(
                        "Requests",
                        (
                            Query(RECORDED_RATE, legend="now"),
                            Query(
                                promql(f"avg_over_time({RECORDED_RATE}[1h] offset 15m)"),
                                legend="the hour before",
                            ),
                        ),
                        unit="reqps",
                        minimum=0,
                        alert=alerts["traffic"],
                        description="Requests per second, and their moving average of an hour that "
                        "ended 15 minutes ago.",
                    ),
                ),
            ),
        ),
    )
