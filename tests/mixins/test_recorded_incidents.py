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


WATCHED = {
    "cluster": [
        name
        for name in standard_names()
        if name not in ("grafana", "http-service", "istio", "istio-control")
    ],
    "edge": ["envoy", "http-service", "node"],
    "stack": [
        *("alertmanager", "apache", "blackbox", "etcd"),
        *("grafana", "mysql", "nginx", "prometheus"),
    ],
}
"""The mixins whose systems ran while it was recorded."""
TOLD = {
    "cluster": {
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
    },
    "edge": {
        "catalogue_tail": {"HttpTailLatencyHigh"},
        "node_down": {"NodeDown"},
        "filesystem_almost_full": {"NodeFilesystemAlmostFull", "NodeFilesystemFillsWithinHour"},
        "upstream_unhealthy": {"EnvoyNoHealthyUpstream"},
        "checkout_down": {"EnvoyCannotConnect", "EnvoyUpstreamFailing", "HttpServiceDown"},
        "filesystem_many_files": {"NodeInodesAlmostUsed"},
        "upstream_failing": {"EnvoyUpstreamFailing"},
        "checkout_flapping": {"EnvoyCannotConnect", "HttpInstanceFlapping"},
        "upstream_gone": {"EnvoyCannotConnect", "EnvoyUpstreamFailing"},
        "proxy_draining": {"EnvoyNotLive"},
        "node_flapping": {"NodeFlapping"},
        "upstream_narrow": {"EnvoyRequestsTurnedAway", "EnvoyUpstreamFailing"},
        "filesystem_read_only": {"NodeFilesystemReadOnly"},
        "catalogue_files": {"HttpFileDescriptorsSaturated"},
        # Five minutes of the eight go by before its moving average says that slots are used up.
        "checkout_saturated": {"EnvoyUpstreamFailing", "HttpLatencyHigh"},
        "proxy_killed": {"EnvoyProxyDown"},
    },
    "stack": {
        "target_gone": {"TargetsDown"},
        "mysql_replica_behind": {"MysqlReplicaBehind"},
        "mysql_statements_slow": {"MysqlStatementsSlow"},
        "apache_slow": {"ApacheSlow"},
        "certificate_expires_soon": {"ProbeCertificateExpiresSoon"},
        "prometheus_config_refused": {"PrometheusConfigRefused"},
        "nginx_connections_held": {"NginxConnectionsSaturated"},
        "etcd_elections": {"EtcdLeaderUnstable"},
        "grafana_source_failing": {"GrafanaDataSourceFails", "GrafanaRequestsFail"},
        "alertmanager_configs_differ": {"AlertmanagerConfigsDiffer"},
        "page_failing": {"ProbeFailing"},
        "page_flapping": {"ProbeFlapping"},
        "etcd_peer_slow": {"EtcdPeerSlow"},
        "mysql_replication_broken": {"MysqlReplicationStopped"},
        "mysql_connections_held": {"MysqlConnectionsSaturated"},
        # `GrafanaSlow` is only logged.
        "grafana_source_slow": set(),
        "rules_fail": {"PrometheusRulesFail"},
        "certificate_expires": {"ProbeCertificateExpires", "ProbeCertificateExpiresSoon"},
        "alerts_flood": {"AlertmanagerFlooded"},
        "page_slow": {"ProbeSlow"},
        "apache_killed": {"ApacheDown"},
        "alertmanager_config_refused": {"AlertmanagerConfigRefused"},
        "mysql_logins_refused": {"MysqlConnectionsRefused"},
        "etcd_quorum_lost": {"EtcdMemberDown", "EtcdNoLeader", "EtcdNoQuorum", "EtcdRequestsFail"},
        "rules_slow": {"PrometheusRulesTooSlow"},
        "nginx_connections_dropped": {"NginxConnectionsDropped", "NginxConnectionsSaturated"},
        "etcd_almost_full": {"EtcdDatabaseAlmostFull"},
        "grafana_killed": {"GrafanaDown"},
        "alertmanager_killed": {"AlertmanagerInstanceDown"},
        "mysql_killed": {"MysqlDown", "MysqlReplicationStopped"},
        "nginx_traffic_drop": {"NginxTrafficDropped"},
        "mysql_jammed": {"MysqlJammed"},
        "queries_waiting": {"PrometheusQueriesSaturated"},
        "receivers_refuse": {"AlertmanagerCannotNotify"},
        "mysql_log_too_small": {"MysqlLogWaits"},
        "nginx_killed": {"NginxDown", "NginxTrafficDropped", "ProbeFailing"},
        "alertmanagers_frozen": {
            "AlertmanagerDown",
            "AlertmanagerInstanceDown",
            "PrometheusCannotSendAlerts",
        },
    },
}
"""Incidents, and the alerts that told of them."""


@pytest.fixture(scope="module", params=TOLD)
def recorded(repository, request):
    folder = repository / "recordings" / request.param
    mixins = [compile_mixin(mixin) for mixin in load(folder, WATCHED[request.param])]
    incidents = read_incidents(folder / "incidents.yaml")
    with open_recording(folder / "metrics") as recording:
        return request.param, backtest(mixins, recording, incidents=incidents)


def test_what_was_wrong_is_told_of(recorded):
    name, found = recorded
    told = {
        outcome.incident.name: {alert for page in outcome.pages for alert in page.alerts}
        for outcome in found.outcomes
    }
    assert told == TOLD[name]


def test_nobody_is_told_of_what_was_not_wrong(recorded):
    _, found = recorded
    told = [page for outcome in found.outcomes for page in outcome.pages]
    assert [page for page in found.pages if page not in told] == []


def test_no_rule_fails_on_what_was_recorded(recorded):
    _, found = recorded
    assert [failure for alert in found.alerts for failure in alert.failures] == []
