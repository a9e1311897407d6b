"""Dashboards of kube-state-metrics: all instances, and one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Panel, Query, Row, Variable, promql
from mixwright.standard.rules import burn

from . import component, process

WATCHES = promql("kube_state_metrics_watch_total")
WATCHES_FAILED = promql('kube_state_metrics_watch_total{result="error"}')
SHARDS = promql("kube_state_metrics_total_shards")
SHARD = promql("kube_state_metrics_shard_ordinal")
TIME = "http_request_duration_seconds"
INSTANCE = ("cluster", "job", "instance")

Alerts = Mapping[str, Sequence[Alert]]


def hierarchy(alerts: Alerts) -> Dashboard:
    """Return the hierarchy: all instances, and each."""
    return Dashboard(
        "kube-state-metrics",
        slug="instances",
        description="Is what we know of Kubernetes' objects true? Watches, shards, scrapes.",
        per=Variable("cluster", of=WATCHES, multi=True),
        rows=(
            # Of the two endpoints of an instance only one tells of itself: without the label
            # `instance`, the other does not lead to a dashboard that has nothing for it.
            component.alive(down=alerts["down"], legend="{{job}} {{pod}} {{endpoint}}"),
            Row(
                "Knowledge",
                (
                    Panel(
                        "Watches",
                        promql(f"sum by (result) (rate({WATCHES}[5m]))"),
                        unit="ops",
                        minimum=0,
                        legend="{{result}}",
                        description="Watches per second that were begun, by result.",
                    ),
                    Panel(
                        "Failing",
                        burn.ratio(WATCHES_FAILED, WATCHES, over="15m", by=INSTANCE),
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        legend=process.INSTANCE,
                        alert=alerts["watches"],
                        description="Failed share of the watches that each instance began.",
                    ),
                    Panel(
                        "Shards",
                        (
                            Query(promql(f"max({SHARDS})"), legend="wanted"),
                            Query(promql(f'count(count_values("shard", {SHARD}))'), legend="there"),
                        ),
                        unit="short",
                        minimum=0,
                        alert=alerts["shards"],
                        description="Shards that objects are divided among, and those that are there.",
                    ),
                ),
            ),
        ),
        children=(
            Dashboard(
                "kube-state-metrics instance",
                slug="instance",
                description="Is it this instance? What it watches, and its process.",
                per=Variable("instance", of=WATCHES),
                rows=(
                    Row(
                        "Watches",
                        (
                            Panel(
                                "By resource",
                                promql(f"topk(10, sum by (resource) (rate({WATCHES}[15m])))"),
                                unit="ops",
                                minimum=0,
                                legend="{{resource}}",
                                description="The ten kinds of object whose watches begin most often.",
                            ),
                            Panel(
                                "Time to answer",
                                Query(
                                    promql(
                                        "histogram_quantile(0.99, sum by (le) "
                                        f"(rate({TIME}_bucket[5m])))"
                                    ),
                                    legend="p99",
                                ),
                                unit="s",
                                minimum=0,
                                description="99 of 100 scrapes were answered within this time.",
                            ),
                        ),
                    ),
                    Row("Process", process.panels(legend="the process")),
                ),
            ),
        ),
    )
