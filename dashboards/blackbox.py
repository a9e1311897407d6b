"""Dashboards of probes from outside: all targets, one of them, and certificates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mixwright import (
    Alert,
    Dashboard,
    DrillDown,
    Method,
    Panel,
    Query,
    Row,
    Variable,
    panels,
    promql,
)

from . import process
from .process import states

SUCCESS = promql("probe_success")
TIME = promql("probe_duration_seconds")
PHASES = promql("probe_http_duration_seconds")
EXPIRY = promql("probe_ssl_earliest_cert_expiry")
LEFT = promql(f"{EXPIRY} - time()")

Alerts = Mapping[str, Sequence[Alert]]


def hierarchies(alerts: Alerts) -> tuple[Dashboard, Dashboard]:
    """Return the hierarchies: all targets and each, and the certificates of those that have one."""
    return _targets(alerts), _certificates(alerts)


def _targets(alerts: Alerts) -> Dashboard:
    name = process.INSTANCE
    return Dashboard(
        "Probes from outside",
        slug="targets",
        description="Can users reach what they should? Every target, probed from outside.",
        per=Variable("job", of=SUCCESS, multi=True),
        rows=(
            Row(
                "Targets",
                (
                    Panel(
                        "Reachable",
                        promql(f"sum({SUCCESS})"),
                        kind="stat",
                        unit="short",
                        description="Targets whose last probe succeeded.",
                    ),
                    Panel(
                        "Not reachable",
                        promql(f"count({SUCCESS}) - sum({SUCCESS})"),
                        kind="stat",
                        unit="short",
                        description="Targets whose last probe failed.",
                    ),
                    Panel(
                        "Probes",
                        SUCCESS,
                        kind="state-timeline",
                        legend=name,
                        mappings=states(bad="failed", good="succeeded"),
                        alert=(*alerts["failing"], *alerts["flapping"]),
                        description="When probes of each target succeeded.",
                    ),
                ),
            ),
            Row(
                "Answers",
                (
                    Panel(
                        "Probed targets",
                        promql(f"count by (job) ({SUCCESS})"),
                        slot="rate",
                        unit="short",
                        minimum=0,
                        legend="{{job}}",
                        description="How many targets are probed.",
                    ),
                    Panel(
                        "Failing",
                        promql(f"1 - avg_over_time({SUCCESS}[5m])"),
                        slot="errors",
                        unit="percentunit",
                        minimum=0,
                        maximum=1,
                        legend=name,
                        description="Failed share of the probes of the last 5 minutes.",
                    ),
                    Panel(
                        "Time of a probe",
                        TIME,
                        slot="duration",
                        unit="s",
                        minimum=0,
                        legend=name,
                        alert=alerts["slow"],
                        description="How long probes took, all phases together.",
                    ),
                ),
                method=Method.RED,
            ),
        ),
        children=(_target(),),
        drill_downs=(DrillDown("blackbox/certificates"),),
    )


def _certificates(alerts: Alerts) -> Dashboard:
    """Return the dashboard of certificates, which a target has only if TLS is spoken with it."""
    return Dashboard(
        "Certificates",
        slug="certificates",
        description="Which certificates expire next? Those that targets show to probes from outside.",
        per=Variable("job", of=EXPIRY, multi=True),
        rows=(
            Row(
                "Certificates",
                (
                    Panel(
                        "Shown",
                        promql(f"count({EXPIRY})"),
                        kind="stat",
                        unit="short",
                        description="Targets that show a certificate.",
                    ),
                    Panel(
                        "Next to expire",
                        promql(f"min({LEFT})"),
                        kind="stat",
                        unit="s",
                        description="How long the first of them is still valid.",
                    ),
                    Panel(
                        "Valid for",
                        LEFT,
                        unit="s",
                        legend=process.INSTANCE,
                        alert=(*alerts["expires"], *alerts["expires_soon"]),
                        description="How long the certificate of each target is still valid.",
                    ),
                ),
            ),
        ),
        children=("target",),
    )


def _target() -> Dashboard:
    return Dashboard(
        "Probed target",
        slug="target",
        description="Where is the time lost on the way, and what did the target answer?",
        per=Variable("instance", of=SUCCESS),
        rows=(
            Row(
                "On the way",
                (
                    Panel(
                        "Time by phase",
                        PHASES,
                        unit="s",
                        minimum=0,
                        kind=panels.TimeSeries(stack=True),
                        legend="{{phase}}",
                        description="Name resolution, connecting, TLS, the server's work, and the "
                        "transfer: the phase that grew is where to look.",
                    ),
                    Panel(
                        "Time against usual",
                        (
                            Query(TIME, legend="now"),
                            Query(
                                promql(f"quantile_over_time(0.5, {TIME}[1h])"),
                                legend="median of 1h",
                            ),
                        ),
                        unit="s",
                        minimum=0,
                        description="How long probes take, and what is usual.",
                    ),
                    Panel(
                        "Status",
                        promql("probe_http_status_code"),
                        unit="short",
                        minimum=0,
                        legend="status",
                        description="Status code of the answer; 0 when there was none.",
                    ),
                    Panel(
                        "Redirects",
                        promql("probe_http_redirects"),
                        unit="short",
                        minimum=0,
                        legend="redirects",
                        description="How many redirects were followed.",
                    ),
                ),
            ),
        ),
    )
