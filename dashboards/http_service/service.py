"""The second level: one service by Tom Wilkie's RED method, its error budget and its own past."""

from __future__ import annotations

from mixwright import Dashboard, Method, Override, Panel, Query, Row, Variable, panels, promql
from mixwright.standard.dashboards import process
from mixwright.standard.rules import burn, traffic

from .instance import instance
from .signals import Alerts, Signals


def service(s: Signals, alerts: Alerts) -> Dashboard:
    """Return the dashboard of one service, with its instances below."""
    return Dashboard(
        "HTTP service",
        slug="service",
        description="What is wrong with this service? Requests, errors and duration, against its "
        "objective and its own past.",
        per=Variable(s.service[-1], of=s.all_requests),
        rows=(
            _requests(s, alerts),
            _handlers(s),
            _budget(s, alerts),
            _past(s, alerts),
            _instances(s, alerts),
        ),
        annotations=process.restarts(),
        children=(instance(s, alerts),),
    )


def _requests(s: Signals, alerts: Alerts) -> Row:
    quantiles = {
        q: Query(s.quantile(q, s.service), legend=f"p{q * 100:g}") for q in (0.5, 0.95, 0.99)
    }
    return Row(
        "Requests",
        (
            Panel(
                "Rate by status",
                s.rate((*s.service, s.code)),
                slot="rate",
                unit="reqps",
                minimum=0,
                kind=panels.TimeSeries(stack=True),
                legend=f"{{{{{s.code}}}}}",
                # The colours that the codes have in people's heads.
                overrides=(
                    Override("/^[23]/", by="regexp", color="green"),
                    Override("/^4/", by="regexp", color="yellow"),
                    Override("/^5/", by="regexp", color="red"),
                ),
                description="Requests per second, by status code.",
            ),
            Panel(
                "Failing",
                Query(s.error_ratio(s.service), legend="failing"),
                slot="errors",
                unit="percentunit",
                minimum=0,
                maximum=1,
                description="Failed share of requests.",
            ),
            Panel(
                "Time to answer",
                tuple(quantiles.values()),
                slot="duration",
                unit="s",
                minimum=0,
                alert=(*alerts.latency, *alerts.tail_latency),
                description="Half, 95 % and 99 % of requests were answered within these times.",
            ),
        ),
        method=Method.RED,
    )


def _handlers(s: Signals) -> Row:
    by = (*s.service, s.handler)
    legend = f"{{{{{s.handler}}}}}"
    return Row(
        "By handler",
        (
            Panel(
                "Rate",
                s.rate(by),
                slot="rate",
                unit="reqps",
                minimum=0,
                legend=legend,
                description="Requests per second, by handler.",
            ),
            Panel(
                "Failing",
                s.error_ratio(by),
                slot="errors",
                unit="percentunit",
                minimum=0,
                maximum=1,
                legend=legend,
                description="Failed share of each handler's requests.",
            ),
            Panel(
                "p95 latency",
                s.quantile(0.95, by),
                slot="duration",
                unit="s",
                minimum=0,
                legend=legend,
                description="19 of 20 requests to each handler were answered within this time.",
            ),
        ),
        method=Method.RED,
    )


def _budget(s: Signals, alerts: Alerts) -> Row:
    def windows(*names: str) -> tuple[Query, ...]:
        return tuple(
            Query(burn.recorded(s.recorded_errors, over=name), legend=f"over {name}")
            for name in names
        )

    return Row(
        "Error budget",
        (
            Panel(
                "Spent too fast, to page",
                windows("5m", "30m", "1h", "6h"),
                unit="short",
                minimum=0,
                alert=alerts.budget_fast,
                description="How many times too fast the budget is spent; at 1 it lasts for the "
                "month. A page needs 14.4 over 1h and 5m, or 6 over 6h and 30m.",
            ),
            Panel(
                "Spent too fast, for a ticket",
                windows("2h", "6h", "1d", "3d"),
                unit="short",
                minimum=0,
                alert=alerts.budget_slowly,
                description="The same over longer windows. A ticket needs 3 over 1d and 2h, or 1 "
                "over 3d and 6h.",
            ),
        ),
    )


def _past(s: Signals, alerts: Alerts) -> Row:
    rate = s.recorded_rate
    return Row(
        "Against its own past",
        (
            Panel(
                "Traffic",
                (
                    Query(traffic.now(rate), legend="now"),
                    Query(traffic.before(rate), legend="the hour before"),
                ),
                unit="reqps",
                minimum=0,
                alert=alerts.traffic,
                description="Requests per second, and their moving average of an hour that ended "
                "15 minutes ago.",
            ),
            Panel(
                "p95 latency",
                (
                    Query(s.recorded_p95, legend="now"),
                    Query(promql(f"{s.recorded_p95}:median"), legend="median of 6 hours"),
                ),
                unit="s",
                minimum=0,
                alert=alerts.unusual,
                description="The time in which 19 of 20 requests are answered, and what is usual.",
            ),
        ),
    )


def _instances(s: Signals, alerts: Alerts) -> Row:
    name = "{{instance}}"
    return Row(
        "Instances",
        (
            process.answering((*alerts.up, *alerts.all_down)),
            Panel(
                "Requests",
                s.rate(s.instance),
                unit="reqps",
                minimum=0,
                legend=name,
                description="Requests per second, by instance: like should look alike.",
            ),
            Panel(
                "Slots taken",
                s.slots_used(s.instance),
                unit="percentunit",
                minimum=0,
                maximum=1,
                legend=name,
                alert=alerts.slots,
                description="Share of worker slots taken; requests beyond the last one are refused.",
            ),
        ),
    )
