"""Istio: the services of a mesh, as their proxies count them."""

from __future__ import annotations

import attrs

from mixwright import Mixin, RuleGroup, Severity
from mixwright.standard.dashboards import istio as dashboards
from mixwright.standard.rules import burn, latency

from ._settings import Settings


@attrs.frozen(kw_only=True)
class Config(Settings):
    """What may differ from one mesh to another; the defaults fit most."""

    target: float = 0.999
    """Share of requests to a service that must succeed within a month."""
    answered_within: float = 1000
    """Milliseconds within which 99 of 100 requests should be answered; an edge of a bucket."""


def mixin(config: Config = Config()) -> Mixin:
    """Return the mixin for a mesh."""
    d = dashboards
    budget = burn.rate(
        errors=d.FAILED,
        requests=d.REQUESTS,
        target=config.target,
        by=d.SERVICE,
        record=d.RECORDED_ERRORS,
        group="istio-error-budget",
        interval=config.interval,
        name="MeshErrorBudgetBurns",
    )
    slow = latency.slow(
        d.TIME,
        q=0.99,
        above=config.answered_within,
        by=d.SERVICE,
        name="MeshServiceSlow",
        severity=Severity.TICKET,
        hold="10m",
    )
    slow = attrs.evolve(
        slow,
        summary='{{ $labels.destination_workload }} answers slowly: p99 is {{ $value | printf "%.0f" }} ms',
        description='One request in 100 took {{ $value | printf "%.0f" }} ms or longer in the last 5m.',
    )
    alerts = {
        "slow": (slow,),
        "budget_fast": (budget.fast,),
        "budget_slowly": (budget.slow,),
    }
    return config.mixin(
        "istio",
        version="0.1.0",
        description="Istio: requests, errors and duration of services in the mesh.",
        dashboards=dashboards.hierarchy(alerts),
        rules=(
            *budget.groups,
            RuleGroup(
                "istio",
                interval=config.interval,
                rules=slow,
            ),
        ),
    )


MIXIN = mixin()
