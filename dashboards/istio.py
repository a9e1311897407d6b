"""Dashboards of Istio: the services of a mesh, and one of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Panel, Row, Variable, panels, promql

from . import red

REQUESTS = promql('istio_requests_total{reporter="destination"}')
FAILED = promql('istio_requests_total{reporter="destination",response_code=~"5..|0"}')
# Both ends of a request count it: the proxy of the destination counts what its service takes.
TIME = 'istio_request_duration_milliseconds{reporter="destination"}'
PLAIN = promql(
    'istio_requests_total{reporter="destination",connection_security_policy!="mutual_tls"}'
)
SERVICE = ("cluster", "destination_workload_namespace", "destination_workload")
RECORDED_ERRORS = "workload:istio_request_errors"

Alerts = Mapping[str, Sequence[Alert]]


def hierarchy(alerts: Alerts) -> Dashboard:
    """Return the hierarchy of services in the mesh."""
    return Dashboard(
        "Service mesh",
        slug="mesh",
        description="Which service in the mesh is in trouble? Requests, errors and duration of all, as "
        "their own proxies count them.",
        per=Variable("destination_workload_namespace", of=REQUESTS, multi=True),
        rows=(
            red.row(
                "Services",
                requests=REQUESTS,
                failed=FAILED,
                duration=TIME,
                by=SERVICE,
                legend="{{destination_workload}}",
                per_second=1000,
                slow=alerts["slow"],
            ),
            Row(
                "Encryption",
                (
                    Panel(
                        "Not encrypted",
                        promql(f"sum by (destination_workload) (rate({PLAIN}[5m]))"),
                        unit="reqps",
                        minimum=0,
                        legend="{{destination_workload}}",
                        description="Requests per second that came without mutual TLS.",
                    ),
                ),
            ),
        ),
        children=(
            Dashboard(
                "Service in the mesh",
                slug="service",
                description="Who calls this service, how does it answer, and how long does it take?",
                per=Variable("destination_workload", of=REQUESTS),
                rows=(
                    red.row(
                        "By caller",
                        requests=REQUESTS,
                        failed=FAILED,
                        duration=TIME,
                        by=("source_workload",),
                        legend="{{source_workload}}",
                        per_second=1000,
                        errors=(*alerts["budget_fast"], *alerts["budget_slowly"]),
                    ),
                    Row(
                        "Answers",
                        (
                            Panel(
                                "By status",
                                promql(f"sum by (response_code) (rate({REQUESTS}[5m]))"),
                                unit="reqps",
                                minimum=0,
                                kind=panels.TimeSeries(stack=True),
                                legend="{{response_code}}",
                                description="Answers per second, by status code; 0 is none at all.",
                            ),
                        ),
                    ),
                ),
            ),
        ),
    )
