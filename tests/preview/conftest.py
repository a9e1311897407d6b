"""A small world with every kind of panel, and strings in it that would like to be markup."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import numpy as np
import pytest

from mixwright import (
    Alert,
    Dashboard,
    Mixin,
    Panel,
    Query,
    Row,
    RuleGroup,
    Severity,
    Variable,
    panels,
)
from mixwright.frame import MemorySource, Samples
from mixwright.model import Recording
from mixwright.passes import compile_mixin
from mixwright.preview import PreviewResult, render
from mixwright.values import Labels

START, END, SCRAPE = 1_795_465_560_000, 1_795_467_960_000, 10_000
EVIL = "</script><script>window.onerror('evil')</script>"
NOTE = f"# Read me\nSome `code` and [a link](https://example.org/a_b_c).\n\n- one\n- two {EVIL}"
EVIL_QUOTED = "\"><img src=x onerror=window.onerror('evil')>"


@attrs.frozen
class Fired:
    """What the simulator tells of one alert."""

    alert: str
    labels: Labels
    fired_at: int | None
    resolved_at: int | None


def series(
    name: str, value: Callable[[float], float], **labels: str
) -> tuple[Labels, np.ndarray, np.ndarray]:
    times = np.arange(START, END + 1, SCRAPE, dtype=np.int64)
    values = np.array([value((time - START) / 1000) for time in times])
    return Labels({"__name__": name, **labels}), times, values


def world() -> Iterator[tuple[Labels, np.ndarray, np.ndarray]]:
    for number, job in enumerate(("api", "web", EVIL)):
        for instance in (f"node{n}:9100" for n in (1, 2, 10)):
            who = {"job": job, "instance": instance}
            yield series("up", lambda t: float(not 900 < t < 1200), **who)
            yield series(
                "requests_total",
                lambda t, n=number: t * (20 + 10 * n) + 400 * math.sin(t / 300),
                path=EVIL_QUOTED,
                **who,
            )
            yield series(
                "memory_bytes",
                lambda t, n=number: (1 + n) * 2.0**30 + 2.0**26 * math.sin(t / 200),
                **who,
            )
            yield series(
                "busy_ratio", lambda t, n=number: 0.5 + 0.1 * n + 0.35 * math.sin(t / 400), **who
            )
            for le, share in (
                ("0.05", 0.3),
                ("0.1", 0.6),
                ("0.5", 0.9),
                ("1", 0.97),
                ("+Inf", 1.0),
            ):
                yield series(
                    "latency_seconds_bucket",
                    lambda t, s=share: (
                        t * 30 * s * (1 - 0.3 * math.sin(t / 500)) if s < 1 else t * 40
                    ),
                    le=le,
                    **who,
                )


@pytest.fixture(scope="session")
def source() -> MemorySource:
    return MemorySource(Samples.of(world()))


def mixin() -> Mixin:
    busy = Alert("Busy", expr="busy_ratio > 0.9", severity=Severity.PAGE, summary="too busy")
    cold = Alert("Cold", expr="busy_ratio < 0.2", severity=Severity.TICKET, summary="too cold")
    child = Dashboard(
        "Instance",
        slug="instance",
        per=Variable("instance", of="up"),
        panels=(
            Panel("Memory of $instance", "memory_bytes", unit="bytes"),
            Panel("Recorded", "job:busy:max", unit="percentunit"),
        ),
    )
    root = Dashboard(
        "Jobs <b>&amp;</b>",
        slug="jobs",
        description=f"Everything. {EVIL}",
        per=Variable("job", of="up", multi=True),
        rows=(
            Row(
                "Numbers",
                (
                    Panel("Up", "sum(up)", kind="stat", unit="short"),
                    Panel(
                        "Memory",
                        "sum by (instance) (memory_bytes)",
                        kind="stat",
                        unit="bytes",
                        legend="{{instance}}",
                    ),
                    Panel(
                        "Busiest",
                        "max(busy_ratio)",
                        kind="gauge",
                        unit="percentunit",
                        alert=(busy, cold),
                    ),
                    Panel(
                        "Busy",
                        "max by (instance) (busy_ratio)",
                        kind="bargauge",
                        legend="{{instance}}",
                        unit="percentunit",
                        alert=(busy,),
                    ),
                ),
            ),
            Row(
                "Over time",
                (
                    Panel(
                        "Busy over time",
                        "busy_ratio",
                        unit="percentunit",
                        alert=(busy, cold),
                        description="How *busy*",
                    ),
                    Panel(
                        "Requests",
                        "sum by (job, path) (rate(requests_total[1m]))",
                        unit="reqps",
                        legend="{{job}} {{path}}",
                        kind=panels.TimeSeries(stack=True),
                    ),
                    Panel(
                        "Latency",
                        "sum by (le) (rate(latency_seconds_bucket[1m]))",
                        kind="heatmap",
                        unit="s",
                    ),
                    Panel(
                        "Answering",
                        "up",
                        kind="state-timeline",
                        legend="{{instance}}",
                        mappings={0: "down", 1: "up"},
                    ),
                ),
            ),
            Row(
                "Words",
                (
                    Panel(
                        "Table",
                        (
                            Query("up", legend="up"),
                            Query("up * on (job, instance) memory_bytes", legend="memory"),
                        ),
                        kind="table",
                        unit="short",
                    ),
                    Panel(
                        "Note",
                        kind=panels.Text(NOTE),
                    ),
                ),
                collapsed=True,
            ),
        ),
        children=(child,),
    )
    return Mixin(
        "world",
        version="1.0.0",
        dashboards=root,
        rules=RuleGroup(
            "all",
            rules=(
                Recording("job:busy:max", expr="max by (job, instance) (busy_ratio)"),
                busy,
                cold,
            ),
            interval="30s",
        ),
    )


@pytest.fixture(scope="session")
def resolved() -> Mixin:
    return compile_mixin(mixin())


@pytest.fixture(scope="session")
def episodes() -> tuple[Fired, ...]:
    who = {"job": EVIL, "instance": "node1:9100"}
    return (
        Fired(
            "Busy",
            Labels({"alertname": "Busy", "severity": "page", **who}),
            START + 600_000,
            START + 900_000,
        ),
        Fired(
            "Cold",
            Labels({"alertname": "Cold", "severity": "ticket", **who}),
            START + 1_800_000,
            None,
        ),
        Fired("Busy", Labels({"alertname": "Busy", "severity": "page", "job": "api"}), None, None),
    )


@pytest.fixture(scope="session")
def preview(
    resolved: Mixin,
    source: MemorySource,
    episodes: tuple[Fired, ...],
    tmp_path_factory: pytest.TempPathFactory,
) -> PreviewResult:
    folder: Path = tmp_path_factory.mktemp("preview") / "pages"
    return render((resolved,), source, folder, start=START, end=END, episodes=episodes)
