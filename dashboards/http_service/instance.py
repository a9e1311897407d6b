"""The third level: one instance of a service, its requests and its process."""

from __future__ import annotations

from mixwright import Dashboard, Method, Panel, Query, Row, Variable
from mixwright.standard.dashboards import process

from .signals import Alerts, Signals


def instance(s: Signals, alerts: Alerts) -> Dashboard:
    """Return the dashboard of one instance of a service."""
    return Dashboard(
        "HTTP instance",
        slug="instance",
        description="Is it this instance? Its requests, and what its process uses.",
        per=Variable("instance", of=s.all_requests),
        annotations=process.restarts(),
        rows=(_requests(s), _process(s, alerts)),
    )


def _requests(s: Signals) -> Row:
    return Row(
        "Requests",
        (
            Panel(
                "Rate by handler",
                s.rate((*s.instance, s.handler)),
                slot="rate",
                unit="reqps",
                minimum=0,
                legend=f"{{{{{s.handler}}}}}",
                description="Requests per second, by handler.",
            ),
            Panel(
                "Failing",
                Query(s.error_ratio(s.instance), legend="failing"),
                slot="errors",
                unit="percentunit",
                minimum=0,
                maximum=1,
                description="Failed share of requests.",
            ),
            Panel(
                "Time to answer",
                tuple(
                    Query(s.quantile(q, s.instance), legend=f"p{q * 100:g}")
                    for q in (0.5, 0.95, 0.99)
                ),
                slot="duration",
                unit="s",
                minimum=0,
                description="Half, 95 % and 99 % of requests were answered within these times.",
            ),
        ),
        method=Method.RED,
    )


def _process(s: Signals, alerts: Alerts) -> Row:
    return Row(
        "Process",
        (
            Panel(
                "Slots taken",
                Query(s.slots_used(s.instance), legend="taken"),
                unit="percentunit",
                minimum=0,
                maximum=1,
                alert=alerts.slots,
                description="Share of worker slots taken; requests beyond the last one are refused.",
            ),
            *process.panels(files=alerts.files, legend="the process"),
            process.answering(alerts.up, legend="scrapes"),
        ),
    )
