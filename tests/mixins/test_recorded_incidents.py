"""The standard mixins on the bundled recordings: incidents are told of, and nothing else."""

from __future__ import annotations

import pytest

from mixwright import Duration, Severity
from mixwright.backtest import backtest, read_incidents
from mixwright.loader import load, standard_names
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
        outcome.incident.name: {(*page.alerts, page.severity) for page in outcome.pages}
        for outcome in result.outcomes
    }
    assert told == {name: {alert} for name, alert in TOLD_BY.items()}


def test_nobody_is_told_of_anything_else(result):
    told = [page for outcome in result.outcomes for page in outcome.pages]
    assert [page for page in result.pages if page not in told] == []


def test_no_rule_fails(result):
    assert [failure for alert in result.alerts for failure in alert.failures] == []


NOT_RECORDED = {"grafana", "http-service", "istio", "istio-control"}
"""What did not run in the recorded cluster."""
CLUSTER_TOLD_BY = {
    "etcd_member_frozen": {"EtcdMemberDown"},
    "controllers_down": {
        "KubeControllerManagerDown",
        "KubeCronJobOverdue",
        "KubeSchedulerDown",
        "ProbeFailing",
        # While the group of another job is firing already.
        "TargetsDown",
    },
    # Five minutes of history are none: see the guards of `disk.fills_within`.
    "disk_fill": set(),
    "mariadb_frozen": {"MysqlDown", "MysqlReplicationStopped"},
    "mysql_lock": {"MysqlLocked"},
    "kubelet_frozen": {"KubeNodeNotReady", "KubeNodesNotReady", "KubeletDown", "KubeletsGone"},
    "dns_not_started": {"CoreDNSDown"},
    "dns_upstream_dead": {"CoreDNSSlow", "CoreDNSUpstreamUnhealthy"},
    "envoy_not_started": {"EnvoyDown", "EnvoyProxyDown", "TargetsDown"},
    "envoy_upstream_failing": {"EnvoyUpstreamFailing"},
    "page_always_fails": {"ProbeFailing"},
    "operator_not_started": {"PrometheusOperatorDown"},
    "rule_rejected": {"PrometheusOperatorRejects"},
    "no_alertmanager": {"PrometheusHasNoAlertmanager"},
    "broken_workloads": {
        "KubeAutoscalerAtLimit",
        "KubeClaimPending",
        "KubeContainerCannotStart",
        "KubeContainerCrashLoops",
        "KubeContainerOutOfMemory",
        "KubeJobFailed",
        "KubeLivenessKillLoop",
        "KubeReadinessFailing",
        "KubeWorkloadGone",
    },
    "aggregated_api_without_server": {"KubeAggregatedApiDown"},
}


@pytest.fixture(scope="module")
def cluster(repository):
    folder = repository / "recordings/cluster"
    names = [name for name in standard_names() if name not in NOT_RECORDED]
    mixins = [compile_mixin(mixin) for mixin in load(folder, names)]
    incidents = read_incidents(folder / "incidents.yaml")
    with open_recording(folder / "metrics") as recording:
        return backtest(mixins, recording, incidents=incidents)


def test_what_was_wrong_in_the_cluster_is_told_of(cluster):
    told = {
        outcome.incident.name: {alert for page in outcome.pages for alert in page.alerts}
        for outcome in cluster.outcomes
    }
    assert told == CLUSTER_TOLD_BY


def test_nobody_is_told_of_what_was_not_wrong_in_the_cluster(cluster):
    told = [page for outcome in cluster.outcomes for page in outcome.pages]
    assert [page for page in cluster.pages if page not in told] == []


def test_no_rule_fails_on_the_cluster(cluster):
    assert [failure for alert in cluster.alerts for failure in alert.failures] == []
