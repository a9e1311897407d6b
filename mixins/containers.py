"""Containers as cAdvisor sees them, with Kubernetes above them or without."""

from __future__ import annotations

import attrs

from mixwright import Alert, Mixin, RuleGroup, Severity, promql
from mixwright.standard.dashboards import containers as dashboards
from mixwright.standard.rules import saturation

from ._settings import Settings

WHO = "{{ $labels.namespace }} {{ $labels.pod }} {{ $labels.container }}{{ $labels.name }}"


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one shop to another; the defaults fit most."""

    selector: str = 'job="cadvisor"'
    memory_above: float = 0.95
    """Share of its limit from which on a container is about to be killed."""
    throttled_above: float = 0.25
    """Share of periods from which on a container is throttled."""


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for containers."""
    d = dashboards
    oom = Alert(
        "ContainerKilledForMemory",
        expr=promql(f"increase({d.OOM}[15m])") > 0.5,
        keep_firing="15m",
        severity=Severity.LOG,
        summary=f"processes of {WHO} on {{{{ $labels.instance }}}} are killed for memory",
        description='It happened about {{ $value | printf "%.0f" }} times within 15m: the limit is too low, '
        "or the program leaks.",
    )
    alerts = {
        "oom": (oom,),
        "memory": (
            saturation.high(
                promql(f"{d.MEMORY} / ({d.LIMIT} > 0)"),
                above=config.memory_above,
                what="memory",
                where=f"{WHO} on {{{{ $labels.instance }}}}",
                name="ContainerMemorySaturated",
                severity=Severity.LOG,
            ),
        ),
        "throttled": (
            saturation.high(
                promql(f"rate({d.THROTTLED}[5m]) / rate({d.PERIODS}[5m])"),
                above=config.throttled_above,
                what="processor time",
                used="of its periods were cut short",
                where=f"{WHO} on {{{{ $labels.instance }}}}",
                name="ContainerThrottled",
                severity=Severity.LOG,
                hold="15m",
            ),
        ),
    }
    return config.mixin(
        "containers",
        version="0.1.0",
        description="Containers: processors, memory, throttling and kills, by host.",
        dashboards=dashboards.hierarchy(alerts),
        rules=(
            RuleGroup(
                "containers",
                interval=config.interval,
                rules=tuple(alert for about in alerts.values() for alert in about),
            ),
        ),
    )


MIXIN = mixin()
