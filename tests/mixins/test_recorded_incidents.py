"""The standard mixins on the bundled recording: every incident is told of, and nothing else."""

from __future__ import annotations

import pytest

from mixwright import Duration, Severity
from mixwright.backtest import backtest, read_incidents
from mixwright.passes import compile_mixin
from mixwright.recordings import open_recording
from mixwright.standard.mixins import http_service, node

TOLD_BY = {
    "checkout_slow": ("HttpLatencyHigh", Severity.PAGE),
    "catalogue_errors": ("HttpErrorBudgetBurnsFast", Severity.PAGE),
    "cpu_hog": ("NodeCpuSaturated", Severity.TICKET),
    "checkout_instance_killed": ("HttpInstanceDown", Severity.TICKET),
    "disk_filling": ("NodeFilesystemFillsWithinHour", Severity.PAGE),
    "catalogue_traffic_drop": ("HttpTrafficDropped", Severity.PAGE),
}


@pytest.fixture(scope="module", params=["15s", "30s"])
def result(repository, request):
    folder = repository / "recordings/loopback"
    interval = request.param
    mixins = [
        compile_mixin(module.mixin(module.Config(interval=interval)))
        for module in (node, http_service)
    ]
    incidents = read_incidents(folder / "incidents.yaml")
    with open_recording(folder / "metrics") as recording:
        return backtest(mixins, recording, incidents=incidents, interval=Duration.parse(interval))


def test_every_incident_is_told_of_by_the_alert_that_is_made_for_it(result):
    told = {
        outcome.incident.name: {(page.alert, page.severity) for page in outcome.pages}
        for outcome in result.outcomes
    }
    assert told == {name: {alert} for name, alert in TOLD_BY.items()}


def test_nobody_is_told_of_anything_else(result):
    told = [page for outcome in result.outcomes for page in outcome.pages]
    assert [page for page in result.pages if page not in told] == []


def test_no_rule_fails(result):
    assert [failure for alert in result.alerts for failure in alert.failures] == []
