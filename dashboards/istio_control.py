"""The dashboard of what steers a mesh."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import Alert, Dashboard, Panel, Query, Row, Variable, promql
from mixwright.standard.rules import latency

from . import process

REJECTS = promql("pilot_total_xds_rejects")
CONVERGENCE = "pilot_proxy_convergence_time"
PUSHES = promql("pilot_xds_pushes")
INVALID = promql("galley_validation_failed")
ROOT_EXPIRY = promql("citadel_server_root_cert_expiry_timestamp")
PROXIES = promql("pilot_xds")

Alerts = Mapping[str, Sequence[Alert]]


def control(alerts: Alerts) -> Dashboard:
    """Return the dashboard of what steers the mesh."""
    return Dashboard(
        "Mesh control",
        slug="control",
        description="Do proxies get their configuration, and take it?",
        per=Variable("cluster", of=PUSHES, multi=True),
        rows=(
            Row(
                "Configuration",
                (
                    Panel(
                        "Time to reach the proxies",
                        Query(
                            latency.quantile(0.9, CONVERGENCE, by=("cluster",), over="10m"),
                            legend="p90",
                        ),
                        unit="s",
                        minimum=0,
                        alert=alerts["convergence"],
                        description="9 of 10 changes had reached their proxies within this time.",
                    ),
                    Panel(
                        "Pushes",
                        promql(f"sum by (type) (rate({PUSHES}[5m]))"),
                        unit="ops",
                        minimum=0,
                        legend="{{type}}",
                        description="Configurations per second that were sent, by kind.",
                    ),
                    Panel(
                        "Rejected by proxies",
                        promql(f"sum by (type) (rate({REJECTS}[5m]))"),
                        unit="ops",
                        minimum=0,
                        legend="{{type}}",
                        alert=alerts["rejects"],
                        description="Configurations per second that proxies did not take, by kind.",
                    ),
                    Panel(
                        "Rejected by validation",
                        promql(f"sum by (reason) (rate({INVALID}[5m]))"),
                        unit="ops",
                        minimum=0,
                        legend="{{reason}}",
                        alert=alerts["invalid"],
                        description="Resources per second that were refused when they were applied.",
                    ),
                    Panel(
                        "Proxies",
                        PROXIES,
                        unit="short",
                        minimum=0,
                        legend="{{version}}",
                        description="Proxies that are connected.",
                    ),
                    Panel(
                        "Root certificate",
                        promql(f"{ROOT_EXPIRY} - time()"),
                        kind="stat",
                        unit="s",
                        legend="valid for",
                        alert=alerts["root"],
                        description="How long the mesh's root certificate is valid; after that nothing "
                        "in it speaks to anything.",
                    ),
                    process.answering(alerts["down"]),
                ),
            ),
        ),
    )
