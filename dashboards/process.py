"""Panels that every program can fill that has one of Prometheus' client libraries, or is scraped at all."""

from __future__ import annotations

from collections.abc import Sequence

from mixwright import Alert, Annotation, Panel, ValueMap, promql

UP = promql("up")
FILES_OPEN = promql("process_open_fds / process_max_fds")
INSTANCE = "{{instance}}"


def states(*, bad: str, good: str, bad_at: int = 0) -> tuple[ValueMap, ...]:
    """Return the words of a gauge that is 0 or 1, red where that is bad and green where it is good."""
    return (
        ValueMap(bad_at, text=bad, color="red"),
        ValueMap(1 - bad_at, text=good, color="green"),
    )


def answering(alert: Sequence[Alert] = (), *, legend: str = INSTANCE) -> Panel:
    """Return the panel that shows when targets answered scrapes."""
    return Panel(
        "Answering",
        UP,
        kind="state-timeline",
        legend=legend,
        mappings=states(bad="down", good="up"),
        alert=tuple(alert),
        description="When the instance answered scrapes.",
    )


def restarts() -> Annotation:
    """Return the marks of when a process was started anew: many things that look like trouble are that."""
    return Annotation("Restart", "changes(process_start_time_seconds[2m]) > 0", text=INSTANCE)


def panels(*, files: Sequence[Alert] = (), legend: str = INSTANCE) -> tuple[Panel, ...]:
    """Return what a process uses: processors, memory, file descriptors, and since when it runs."""
    return (
        Panel(
            "Processors",
            promql("rate(process_cpu_seconds_total[5m])"),
            unit="short",
            minimum=0,
            legend=legend,
            description="Processors' worth of time that the process uses.",
        ),
        Panel(
            "Memory",
            promql("process_resident_memory_bytes"),
            unit="bytes",
            minimum=0,
            legend=legend,
            description="Memory that the process holds.",
        ),
        Panel(
            "File descriptors",
            FILES_OPEN,
            unit="percentunit",
            minimum=0,
            maximum=1,
            legend=legend,
            alert=tuple(files),
            description="Share of file descriptors, connections among them, that are open.",
        ),
        Panel(
            "Running for",
            promql("time() - process_start_time_seconds"),
            kind="stat",
            unit="s",
            legend=legend,
            description="Time since the process was started.",
        ),
    )
