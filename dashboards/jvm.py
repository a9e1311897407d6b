"""Dashboards of Java virtual machines: all of them, and one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Method, Panel, Query, Row, Variable, panels, promql

from . import process
from .process import states

JVM = ("cluster", "namespace", "job", "instance")
USED = promql('jvm_memory_used_bytes{area="heap"}')
MOST = promql('jvm_memory_max_bytes{area="heap"}')
AFTER_COLLECTION = promql('jvm_memory_pool_collection_used_bytes{pool=~".*(Old|Tenured).*"}')
AFTER_COLLECTION_MOST = promql('jvm_memory_pool_collection_max_bytes{pool=~".*(Old|Tenured).*"}')
COLLECTING = promql(
    "sum by (cluster, namespace, job, instance) (rate(jvm_gc_collection_seconds_sum[5m]))"
)
DEADLOCKED = promql("jvm_threads_deadlocked")
SCRAPE_ERROR = promql("jmx_scrape_error")
REQUESTS = promql("tomcat_requestcount_total")
ERRORS = promql("tomcat_errorcount_total")
TIME = promql("tomcat_processingtime_total")
BUSY = promql("tomcat_threadpool_currentthreadsbusy")
THREADS = promql("tomcat_threadpool_maxthreads")

Alerts = Mapping[str, Sequence[Alert]]


def hierarchy(alerts: Alerts) -> Dashboard:
    """Return the hierarchy: all machines, and each."""
    name = process.INSTANCE
    return Dashboard(
        "JVM",
        slug="machines",
        description="Which Java program is in trouble? All of them, by requests, errors, heap and the "
        "time they spend collecting garbage.",
        per=Variable("cluster", of=USED, multi=True),
        rows=(
            Row(
                "Golden signals",
                (
                    Panel(
                        "Mean time of a request",
                        promql(f"rate({TIME}[5m]) / 1000 / rate({REQUESTS}[5m])"),
                        slot="latency",
                        unit="s",
                        minimum=0,
                        legend=name,
                        alert=alerts["slow"],
                        description="Time of a request to Tomcat on average; its beans keep no "
                        "quantiles.",
                    ),
                    Panel(
                        "Requests",
                        promql(f"sum by (instance) (rate({REQUESTS}[5m]))"),
                        slot="traffic",
                        unit="reqps",
                        minimum=0,
                        legend=name,
                        description="Requests to Tomcat per second.",
                    ),
                    Panel(
                        "Failing",
                        promql(f"rate({ERRORS}[5m]) / rate({REQUESTS}[5m])"),
                        slot="errors",
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        legend=name,
                        alert=alerts["errors"],
                        description="Failed share of requests to Tomcat.",
                    ),
                    Panel(
                        "Heap",
                        promql(f"{USED} / ({MOST} > 0)"),
                        slot="saturation",
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        legend=name,
                        description="Used share of the heap; a saw-tooth that garbage collection makes.",
                    ),
                ),
                method=Method.GOLDEN,
            ),
            Row(
                "Garbage",
                (
                    Panel(
                        "Heap after collection",
                        promql(f"{AFTER_COLLECTION} / ({AFTER_COLLECTION_MOST} > 0)"),
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        legend=name,
                        alert=(*alerts["heap"], *alerts["leak"]),
                        description="What garbage collection could not free: what rises here is a leak.",
                    ),
                    Panel(
                        "Time spent collecting",
                        COLLECTING,
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        legend=name,
                        alert=alerts["collecting"],
                        description="Share of time that goes to garbage collection.",
                    ),
                    process.answering(alerts["down"]),
                ),
            ),
        ),
        children=(_machine(alerts),),
    )


def _machine(alerts: Alerts) -> Dashboard:
    return Dashboard(
        "JVM instance",
        slug="machine",
        description="What is it with this program? Its memory, threads and classes, its process.",
        per=Variable("instance", of=USED),
        rows=(
            Row(
                "Memory",
                (
                    Panel(
                        "Heap",
                        (
                            Query(USED, legend="used"),
                            Query(
                                promql('jvm_memory_committed_bytes{area="heap"}'),
                                legend="committed",
                            ),
                            Query(promql(f"{MOST} > 0"), legend="most"),
                        ),
                        unit="bytes",
                        minimum=0,
                        description="The heap: used, taken from the system, and allowed.",
                    ),
                    Panel(
                        "Pools",
                        promql("jvm_memory_pool_used_bytes"),
                        unit="bytes",
                        minimum=0,
                        kind=panels.TimeSeries(stack=True),
                        legend="{{pool}}",
                        description="Memory by pool.",
                    ),
                    Panel(
                        "Collections",
                        promql("rate(jvm_gc_collection_seconds_count[5m])"),
                        unit="ops",
                        minimum=0,
                        legend="{{gc}}",
                        description="Garbage collections per second, by collector.",
                    ),
                ),
            ),
            Row(
                "Threads",
                (
                    Panel(
                        "By state",
                        promql("jvm_threads_state"),
                        unit="short",
                        minimum=0,
                        kind=panels.TimeSeries(stack=True),
                        legend="{{state}}",
                        description="Threads by state; blocked ones wait for another's lock.",
                    ),
                    Panel(
                        "Deadlocked",
                        DEADLOCKED,
                        unit="short",
                        minimum=0,
                        legend="threads",
                        alert=alerts["deadlock"],
                        description="Threads that wait for each other, for ever.",
                    ),
                    Panel(
                        "Busy threads of Tomcat",
                        promql(f"{BUSY} / {THREADS}"),
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        legend="{{name}}{{port}}",
                        alert=alerts["threads"],
                        description="Share of Tomcat's threads that answer requests.",
                    ),
                    Panel(
                        "Reading the beans",
                        SCRAPE_ERROR,
                        kind="state-timeline",
                        legend="beans",
                        mappings=states(good="read", bad="failed", bad_at=1),
                        alert=alerts["beans"],
                        description="Whether the exporter could read the beans.",
                    ),
                ),
            ),
            Row("Process", process.panels(legend="the process")),
        ),
    )
