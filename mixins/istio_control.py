"""Istio's control plane: whether proxies get their configuration, and take it."""

from __future__ import annotations

import attrs

from mixwright import Alert, Mixin, RuleGroup, Severity, promql
from mixwright.standard.dashboards import istio_control as dashboards
from mixwright.standard.rules import absence, errors, latency

from ._settings import Settings


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one mesh to another; the defaults fit most."""

    selector: str = 'job=~"istiod|pilot"'
    converged_within: float = 10
    """Seconds within which a change should reach 9 of 10 proxies; an edge of a bucket."""


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for what steers a mesh."""
    d = dashboards
    root = Alert(
        "MeshRootCertificateExpires",
        expr=promql(f"{d.ROOT_EXPIRY} - time()") < 30 * 86_400,
        hold="10m",
        severity=Severity.TICKET,
        summary="the root certificate of the mesh at {{ $labels.instance }} expires within 30 days",
        description="It is valid for {{ $value | humanizeDuration }} more; after that nothing in the "
        "mesh speaks to anything.",
    )
    rejects = Alert(
        "MeshProxiesReject",
        # More than two: `increase()` extrapolates, so that two may be a little more than 2.
        expr=promql(f"sum by (cluster, job, type) (increase({d.REJECTS}[10m]))") > 2.5,
        hold="5m",
        severity=Severity.TICKET,
        summary="proxies reject the configuration of {{ $labels.job }}: {{ $labels.type }}",
        description='It happened about {{ $value | printf "%.0f" }} times within 10m; they run on with the '
        "one before.",
    )
    alerts = {
        "convergence": (
            latency.slow(
                d.CONVERGENCE,
                q=0.9,
                above=config.converged_within,
                by=("cluster", "job"),
                evidence=1,
                over="10m",
                name="MeshConvergesSlowly",
                severity=Severity.TICKET,
                hold="5m",
            ),
        ),
        "rejects": (rejects,),
        "invalid": (
            errors.keeps_happening(
                d.INVALID,
                more_than=5,
                what="resources are refused by",
                name="MeshResourcesRefused",
                severity=Severity.LOG,
            ),
        ),
        "root": (root,),
        "down": (
            absence.none_up(
                promql("up"),
                what="what steers the mesh",
                name="MeshControlDown",
            ),
        ),
    }
    return config.mixin(
        "istio-control",
        version="0.1.0",
        description="Istio's control plane: pushes, rejections, certificates.",
        dashboards=dashboards.control(alerts),
        rules=(
            RuleGroup(
                "istio-control",
                interval=config.interval,
                rules=tuple(alert for about in alerts.values() for alert in about),
            ),
        ),
    )


MIXIN = mixin()
