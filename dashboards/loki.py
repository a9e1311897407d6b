"""Dashboards of Loki: all of it, and one instance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Panel, Query, Row, Variable, promql

from . import process, red

TIME = "loki_request_duration_seconds"
REQUESTS = promql(f"{TIME}_count")
FAILED = promql(f'{TIME}_count{{status_code=~"5.."}}')
LINES = promql("loki_distributor_lines_received_total")
RECEIVED = promql("loki_distributor_bytes_received_total")
DISCARDED = promql("loki_discarded_samples_total")
STREAMS = promql("loki_ingester_memory_streams")
FLUSH_FAILURES = promql("loki_ingester_chunks_flush_failures_total")
WAL_FULL = promql("loki_ingester_wal_disk_full_failures_total")
PANICS = promql("loki_panic_total")
RECORDED_LINES = promql("job:loki_lines_received:rate5m")
JOB = ("cluster", "namespace", "job")

Alerts = Mapping[str, Sequence[Alert]]


def hierarchy(alerts: Alerts) -> Dashboard:
    """Return the hierarchy: Loki, and its instances."""
    return Dashboard(
        "Loki",
        description="Do logs arrive, and can they be read? Requests, lines, what is thrown away.",
        per=Variable("cluster", of=REQUESTS, multi=True),
        rows=(
            red.row(
                "Requests",
                requests=REQUESTS,
                failed=FAILED,
                duration=TIME,
                by=("route",),
                legend="{{route}}",
                errors=alerts["errors"],
                slow=alerts["slow"],
            ),
            Row("Logs", _logs(alerts)),
            Row("Instances", process.answering(alerts["down"])),
        ),
        children=(_instance(alerts),),
    )


def _logs(alerts: Alerts) -> tuple[Panel, ...]:
    return (
        Panel(
            "Lines",
            promql(f"sum by (tenant) (rate({LINES}[5m]))"),
            unit="short",
            minimum=0,
            legend="{{tenant}}",
            description="Lines per second that were taken, by tenant.",
        ),
        Panel(
            "Lines against the past",
            (
                Query(RECORDED_LINES, legend="now"),
                Query(
                    promql(f"avg_over_time({RECORDED_LINES}[1h] offset 15m)"),
                    legend="the hour before",
                ),
            ),
            unit="short",
            minimum=0,
            alert=alerts["silent"],
            description="Lines per second, and their moving average of an hour that ended 15 minutes "
            "ago.",
        ),
        Panel(
            "Discarded",
            promql(f"sum by (reason) (rate({DISCARDED}[5m])) or 0 * sum(rate({LINES}[5m]))"),
            unit="short",
            minimum=0,
            legend="{{reason}}",
            alert=alerts["discarded"],
            description="Lines per second that were thrown away, by why.",
        ),
        Panel(
            "Streams",
            promql(f"sum by (tenant) ({STREAMS})"),
            unit="short",
            minimum=0,
            legend="{{tenant}}",
            alert=alerts["streams"],
            description="Streams in memory; each set of labels is one.",
        ),
    )


def _instance(alerts: Alerts) -> Dashboard:
    return Dashboard(
        "Loki instance",
        slug="instance",
        description="Is it this instance? Its chunks, its write-ahead log, its process.",
        per=Variable("instance", of=REQUESTS),
        rows=(
            Row(
                "Chunks",
                (
                    Panel(
                        "In memory",
                        promql("loki_ingester_memory_chunks"),
                        unit="short",
                        minimum=0,
                        legend="chunks",
                        description="Chunks that are being filled.",
                    ),
                    Panel(
                        "Waiting to be written",
                        promql("loki_ingester_flush_queue_length"),
                        unit="short",
                        minimum=0,
                        legend="chunks",
                        description="Chunks that wait to be written to the store.",
                    ),
                    Panel(
                        "Failures",
                        (
                            Query(promql(f"increase({FLUSH_FAILURES}[15m])"), legend="chunks"),
                            Query(promql(f"increase({WAL_FULL}[15m])"), legend="log is full"),
                        ),
                        unit="short",
                        minimum=0,
                        alert=(*alerts["flush"], *alerts["wal"]),
                        description="Within 15 minutes: chunks that could not be written, and lines "
                        "that the write-ahead log had no room for.",
                    ),
                ),
            ),
            Row(
                "Process",
                (*process.panels(legend="the process"), process.answering(alerts["down"])),
            ),
        ),
    )
