"""kubelet and container runtime: whether nodes run the pods they should."""

from __future__ import annotations

import attrs

from mixwright import Alert, Mixin, RuleGroup, Severity, promql
from mixwright.promql import Expr
from mixwright.standard.dashboards import kubelet as dashboards
from mixwright.standard.rules import absence, disk, errors, latency

from ._settings import Settings


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one cluster to another; the defaults fit most."""

    selector: str = 'job="kubelet"'
    started_within: float = 60
    """Seconds within which 9 of 10 pods should run; an edge of a bucket."""
    relisted_within: float = 5
    """Seconds within which a kubelet should know all its pods, 9 times of 10; an edge of a bucket."""
    space_above: float = 0.9
    """Used share from which on a volume, or its inodes, is almost full."""


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for kubelets and the container runtimes below them."""
    up = promql("up")
    volume = "{{ $labels.namespace }}/{{ $labels.persistentvolumeclaim }}"
    fills = Alert(
        "KubeVolumeFillsWithinDays",
        expr=(disk.used(dashboards.FREE, dashboards.SIZE) > 0.6)
        & (disk.projected(dashboards.FREE, lookback="6h", horizon="4d") < 0)
        & promql(f"last_over_time({dashboards.FREE}[10m] offset 6h)"),
        hold="1h",
        keep_firing="10m",
        severity=Severity.TICKET,
        summary=f"the volume {volume} is full within 4 days",
        description="{{ $value | humanizePercentage }} are used, and the line through the last 6h "
        "reaches the end within 4 days.",
    )

    def full(what: str, free: Expr, size: Expr, name: str) -> Alert:
        return Alert(
            name,
            expr=disk.used(free, size) > config.space_above,
            hold="15m",
            keep_firing="2m",
            severity=Severity.TICKET,
            summary=f"the volume {volume} is almost out of {what}",
            description="{{ $value | humanizePercentage }} are used.",
        )

    alerts = {
        "up": (
            absence.none_up(up, what="the kubelet of every node", name="KubeletsGone", hold="2m"),
            absence.target_down(up, name="KubeletDown", hold="2m"),
        ),
        "start": (
            latency.slow(
                dashboards.START_TIME,
                # A node starts few pods; ten within 15m are many.
                q=0.9,
                above=config.started_within,
                by=dashboards.NODE,
                over="15m",
                evidence=1,
                name="KubeletStartsSlowly",
                severity=Severity.TICKET,
                hold="10m",
            ),
        ),
        "runtime": (
            errors.share_high(
                dashboards.FAILED,
                dashboards.OPERATIONS,
                above=0.2,
                by=dashboards.NODE,
                what="operations of the container runtime",
                name="ContainerRuntimeFailing",
                hold="10m",
            ),
        ),
        "relist": (
            latency.slow(
                dashboards.RELIST_TIME,
                # It looks again a second after it has finished: the slower, the less often.
                q=0.9,
                above=config.relisted_within,
                by=dashboards.NODE,
                over="10m",
                evidence=1,
                name="KubeletLosesSight",
                severity=Severity.TICKET,
                hold="5m",
            ),
        ),
        "volume_full": (full("space", dashboards.FREE, dashboards.SIZE, "KubeVolumeAlmostFull"),),
        "volume_fills": (fills,),
        "volume_inodes": (
            full(
                "inodes",
                dashboards.INODES_FREE,
                dashboards.INODES,
                "KubeVolumeInodesAlmostUsed",
            ),
        ),
    }
    return config.mixin(
        "kubelet",
        version="0.1.0",
        description="kubelet and container runtime: pods, operations and volumes of all nodes and one.",
        dashboards=dashboards.hierarchy(alerts),
        rules=(
            RuleGroup(
                "kubelet",
                interval=config.interval,
                rules=tuple(alert for about in alerts.values() for alert in about),
            ),
        ),
    )


MIXIN = mixin()
