from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from mixwright import DefinitionError, Severity
from mixwright.backends import rulefile
from mixwright.lint import lint
from mixwright.loader import load, standard_names
from mixwright.passes import compile_mixin
from mixwright.standard.mixins import http_service, node

STANDARD = load(Path(__file__).parent, standard_names())
MIXINS = {mixin.name: compile_mixin(mixin) for mixin in STANDARD}
ALERTS = [alert for mixin in MIXINS.values() for alert in mixin.alerts()]

each_mixin = pytest.mark.parametrize("mixin", MIXINS.values(), ids=MIXINS)
each_alert = pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert.name)


@each_mixin
def test_promtool_accepts_the_rules(mixin, tmp_path):
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed")
    for artifact in rulefile.BACKEND.emit(mixin):
        file = tmp_path / artifact.path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(artifact.content)
        done = subprocess.run([promtool, "check", "rules", file], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_the_linter_has_nothing_to_say():
    assert lint(tuple(MIXINS.values())) == ()


@each_alert
def test_every_alert_has_a_runbook(alert, repository):
    page = (repository / alert.runbook).read_text(encoding="utf-8")
    headings = [line for line in page.splitlines() if line.startswith("#")]
    assert headings == [
        f"# {alert.name}",
        "## What it means",
        "## How to check",
        "## What to do",
    ]


def test_every_runbook_belongs_to_an_alert(repository):
    pages = {page.stem for page in (repository / "runbooks").glob("*.md")}
    assert pages == {alert.name for alert in ALERTS}


@each_alert
def test_every_alert_is_drawn_on_a_panel(alert):
    assert alert.annotations["dashboard_url"].startswith("/d/")


@each_alert
def test_a_page_holds_between_one_and_fifteen_minutes(alert):
    assert alert.severity is not Severity.PAGE or 60_000 <= alert.hold.ms <= 900_000


def test_symptoms_page_and_causes_are_tickets():
    pages = {
        name: {alert.name for alert in mixin.alerts() if alert.severity is Severity.PAGE}
        for name, mixin in MIXINS.items()
    }
    assert {name: found for name, found in pages.items() if found} == PAGES


PAGES = {
    "alertmanager": {"AlertmanagerDown", "AlertmanagerCannotNotify"},
    "apache": {"ApacheDown"},
    "apiserver": {"KubeApiDown", "KubeApiErrorBudgetBurnsFast"},
    "blackbox": {"ProbeFailing", "ProbeCertificateExpires"},
    "controller-manager": {"KubeControllerManagerDown", "KubeControllerManagerNoLeader"},
    "coredns": {"CoreDNSDown", "CoreDNSFailing", "CoreDNSSlow"},
    "envoy": {"EnvoyDown", "EnvoyUpstreamFailing", "EnvoyNoHealthyUpstream"},
    "etcd": {"EtcdNoQuorum", "EtcdNoLeader"},
    "http-service": {
        "HttpServiceDown",
        "HttpLatencyHigh",
        "HttpErrorBudgetBurnsFast",
        "HttpTrafficDropped",
    },
    "istio": {"MeshErrorBudgetBurnsFast"},
    "istio-control": {"MeshControlDown"},
    "jvm": {"JvmDeadlocked"},
    "kube-proxy": {"KubeProxyGone"},
    "kube-state-metrics": {"KubeStateMetricsDown"},
    "kubelet": {"KubeletsGone"},
    "kubernetes": {"KubeNodesNotReady", "KubeWorkloadGone"},
    "mysql": {"MysqlDown", "MysqlJammed", "MysqlLocked"},
    "nginx": {"NginxDown", "NginxConnectionsDropped"},
    "node": {"NodesGone", "NodeFilesystemFillsWithinHour"},
    "prometheus": {
        "PrometheusRulesFail",
        "PrometheusHasNoAlertmanager",
        "PrometheusCannotSendAlerts",
        "PrometheusTakesNothingIn",
    },
    "scheduler": {"KubeSchedulerDown", "KubeSchedulerNoLeader"},
}


@pytest.mark.parametrize("mixin", [MIXINS["node"], MIXINS["http-service"]], ids=lambda m: m.name)
def test_thresholds_are_drawn_where_the_alert_compares_what_is_shown(mixin):
    lines = {
        alert.name: line.value
        for dashboard in mixin.all_dashboards()
        for panel in dashboard.all_panels()
        for alert in panel.alert
        for line in panel.thresholds
        if len(panel.alert) == 1
    }
    expected = {
        "node": {
            "NodeCpuSaturated": 0.9,
            "NodeMemorySaturated": 0.95,
            "NodeOutOfMemoryKill": 0.5,
            "NodeConntrackSaturated": 0.8,
            "NodeFilesystemFillsWithinHour": 0,
            "NodeFilesystemFillsWithinDay": 0,
            "NodeFilesystemAlmostFull": 0.9,
            "NodeInodesAlmostUsed": 0.9,
        },
        "http-service": {
            "HttpLatencyHigh": 0.5,
            "HttpErrorBudgetBurnsFast": 14.4,
            "HttpErrorBudgetBurnsSlowly": 3,
            "HttpSlotsSaturated": 0.8,
            "HttpFileDescriptorsSaturated": 0.8,
        },
    }[mixin.name]
    assert {name: lines[name] for name in expected} == pytest.approx(expected)


def test_a_config_is_checked_where_it_is_written():
    with pytest.raises(DefinitionError, match=r"a target of `0.5` leaves a budget of `0.5`"):
        http_service.mixin(http_service.Config(target=0.5))


def test_config_reaches_rules_and_dashboards():
    config = node.Config(
        selector='job="metal", cluster="eu"',
        interval="15s",
        owner="infra",
        runbooks="https://runbooks.test/",
    )
    mixin = compile_mixin(node.mixin(config))
    assert {str(group.interval) for group in mixin.rules} == {"15s"}
    assert {alert.labels["owner"] for alert in mixin.alerts()} == {"infra"}
    assert next(mixin.alerts()).annotations["runbook_url"] == "https://runbooks.test/NodeDown.md"
    assert all('cluster="eu"' in str(rule.expr) for _, rule in mixin.all_rules())
