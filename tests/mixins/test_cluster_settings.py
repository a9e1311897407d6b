"""Every setting of the mixins for a cluster changes the rules that it is about, and no others."""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

import attrs
import pytest

from mixwright import Alert
from mixwright.passes import compile_mixin
from mixwright.standard.mixins._settings import Settings

SETTINGS = {
    ("apiserver", "answered_within"): (2, "KubeApiSlow", " > 2 and"),
    ("apiserver", "seats_above"): (0.5, "KubeApiSeatsSaturated", " > 0.5"),
    ("containers", "memory_above"): (0.8, "ContainerMemorySaturated", " > 0.8"),
    ("containers", "throttled_above"): (0.5, "ContainerThrottled", " > 0.5"),
    ("controller_manager", "stuck_for"): ("30m", "KubeControllerQueueStuck", "[30m])) == 0"),
    ("coredns", "answered_within"): (0.512, "CoreDNSSlow", " > 0.512 and"),
    ("coredns", "upstream_within"): (4.096, "CoreDNSUpstreamSlow", " > 4.096 and"),
    ("coredns", "failing_above"): (0.1, "CoreDNSFailing CoreDNSUpstreamFailing", " > 0.1 and"),
    ("etcd", "fsync_above"): (0.064, "EtcdDiskSlow", " > 0.064 and"),
    ("etcd", "round_trip_above"): (0.4096, "EtcdPeerSlow", " > 0.4096 and"),
    ("etcd", "quota_above"): (0.6, "EtcdDatabaseAlmostFull", " > 0.6"),
    ("jobs", "late_by"): ("1h", "KubeCronJobOverdue", " > 3600 unless"),
    ("jobs", "longer_by"): (4, "KubeCronJobTakesLong", " > 4 * "),
    ("kube_proxy", "programmed_within"): (20, "KubeProxySlow", " > 20 and"),
    ("kube_proxy", "behind_for"): ("5m", "KubeProxyRulesStale", " for 5m"),
    ("kubelet", "started_within"): (30, "KubeletStartsSlowly", " > 30 and"),
    ("kubelet", "relisted_within"): (2.5, "KubeletLosesSight", " > 2.5 and"),
    ("kubelet", "space_above"): (
        0.8,
        "KubeVolumeAlmostFull KubeVolumeInodesAlmostUsed",
        " > 0.8",
    ),
    ("kubernetes", "requests_above"): (
        0.8,
        "KubeMemoryAllRequested KubeProcessorsAllRequested",
        " > 0.8",
    ),
    ("kubernetes", "memory_above"): (0.8, "KubeContainerMemorySaturated", " > 0.8"),
    ("kubernetes", "throttled_above"): (0.5, "KubeContainerThrottled", " > 0.5"),
    ("node_problems", "serious"): ("Smoke", "NodeProblemSerious", 'reason=~"Smoke"'),
    ("node_problems", "restarts"): ("Reborn", "NodeServiceRestarts", 'reason=~"Reborn"'),
    ("probes", "slow_above"): (1, "KubeProbeSlow", " > 1 and"),
    ("scheduler", "placed_within"): (10.24, "KubeSchedulerSlow", " > 10.24 and"),
    ("scheduler", "waiting_for"): ("1h", "KubePodsUnschedulable", "[1h]) and"),
}
BUDGET = ("apiserver", "target")
NOTHING_BUT_COMMON = {"kube_state_metrics"}


def mixin_module(name: str) -> ModuleType:
    return import_module(f"mixwright.standard.mixins.{name}")


def rules(name: str, **settings: float | str) -> dict[str, str]:
    """Return what the rules of a mixin say, by name."""
    module = mixin_module(name)
    mixin = compile_mixin(module.mixin(module.Config(**settings)))
    return {
        rule.name: f"{rule.expr} for {rule.hold}" if isinstance(rule, Alert) else str(rule.expr)
        for _, rule in mixin.all_rules()
    }


def changed(name: str, field: str, value: float | str) -> dict[str, str]:
    """Return the rules that say something else, once a setting is another one."""
    usual = rules(name)
    return {
        rule: text for rule, text in rules(name, **{field: value}).items() if text != usual[rule]
    }


@pytest.mark.parametrize(("name", "field"), SETTINGS)
def test_a_setting_changes_its_alerts(name: str, field: str) -> None:
    value, alerts, expected = SETTINGS[name, field]

    found = changed(name, field, value)

    assert sorted(found) == alerts.split()
    assert [text for text in found.values() if expected not in text] == []


def test_an_objective_changes_every_recorded_speed() -> None:
    found = changed(*BUDGET, 0.99)

    assert [rule for rule in found if ":burn_rate" in rule] == list(found)
    assert [text.rpartition(" / ")[2] for text in found.values()] == ["0.01"] * 7


def test_no_setting_is_forgotten() -> None:
    names = {name for name, _ in SETTINGS} | NOTHING_BUT_COMMON
    common = set(attrs.fields_dict(Settings))
    own = {
        (name, field)
        for name in names
        for field in attrs.fields_dict(mixin_module(name).Config)
        if field not in common
    }

    assert own == {*SETTINGS, BUDGET}
