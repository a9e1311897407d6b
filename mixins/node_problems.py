"""node-problem-detector: what kernels and services of the machines below Kubernetes complain of."""

from __future__ import annotations

import attrs

from mixwright import Alert, Mixin, RuleGroup, Severity, promql
from mixwright.standard.dashboards import node_problems as dashboards
from mixwright.standard.rules import absence

from ._settings import Settings

NODE = "{{ with $labels.node }}{{ . }}{{ else }}{{ $labels.instance }}{{ end }}"


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one cluster to another; the defaults fit most."""

    selector: str = 'job="node-problem-detector"'
    serious: str = (
        "TaskHung|KernelOops|CperHardwareErrorFatal|ConntrackFull|Ext4Error|IOError|MemoryReadError"
    )
    """Regular expression of the reasons that are worth a ticket when they occur once."""
    restarts: str = ".*(Start|Restart).*"
    """Regular expression of the reasons that tell of a service that was started."""


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for node problems."""
    lasting = Alert(
        "NodeProblemLasts",
        expr=dashboards.LASTING.eq(1),
        hold="2m",
        keep_firing="2m",
        severity=Severity.TICKET,
        summary=f"node {NODE} has a problem: {{{{ $labels.reason }}}}",
        description="It has lasted for 2m. Drain the node before its pods are hurt.",
    )

    def happened(name: str, reason: str, more_than: float, severity: Severity, what: str) -> Alert:
        return Alert(
            name,
            expr=promql(f"increase(problem_counter{{{reason}}}[15m])") > more_than,
            keep_firing="15m",
            severity=severity,
            summary=f"{what} on node {NODE}: {{{{ $labels.reason }}}}",
            description='It happened about {{ $value | printf "%.0f" }} times within 15m.',
        )

    alerts = {
        "down": (absence.target_down(promql("up"), name="NodeProblemDetectorDown", hold="10m"),),
        "lasting": (lasting,),
        "serious": (
            happened(
                "NodeProblemSerious",
                f'reason=~"{config.serious}"',
                0.5,
                Severity.TICKET,
                "the kernel reports a serious problem",
            ),
        ),
        "killed": (
            happened(
                "NodeOomKilling", 'reason="OOMKilling"', 0.5, Severity.LOG, "processes are killed"
            ),
        ),
        "restarts": (
            happened(
                "NodeServiceRestarts",
                f'reason=~"{config.restarts}"',
                3.5,
                Severity.TICKET,
                "a service is restarted again and again",
            ),
        ),
    }
    return config.mixin(
        "node-problems",
        version="0.1.0",
        description="node-problem-detector: lasting problems and events of all nodes and one.",
        dashboards=dashboards.hierarchy(alerts),
        rules=(
            RuleGroup(
                "node-problems",
                interval=config.interval,
                rules=tuple(alert for about in alerts.values() for alert in about),
            ),
        ),
    )


MIXIN = mixin()
