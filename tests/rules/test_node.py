"""The alerts of the node mixin, where it adds something to the families."""

from __future__ import annotations

from mixwright.passes import compile_mixin
from mixwright.standard.mixins import node

RULES = compile_mixin(node.MIXIN).rules
MINUTES = 15


def processors(**busy):
    """Two processors that spend these shares of their time in these modes, and are idle else."""
    shares = {**busy, "idle": 1 - sum(busy.values())}
    return {
        f'node_cpu_seconds_total{{job="node",instance="a",cpu="{cpu}",mode="{mode}"}}': [
            60.0 * share * minute for minute in range(MINUTES)
        ]
        for cpu in (0, 1)
        for mode, share in shares.items()
    }


def names(alerts):
    return [alert["alertname"] for alert in alerts]


def test_busy_processors_fire_once_for_the_machine(firing):
    assert firing(RULES, {**processors(user=0.9, system=0.08), **ALIVE}) == [
        {
            "alertname": "NodeCpuSaturated",
            "job": "node",
            "instance": "a",
            "severity": "ticket",
        }
    ]


def test_niced_work_stays_silent(firing):
    assert firing(RULES, {**processors(nice=0.8, user=0.2), **ALIVE}) == []


def test_niced_work_does_not_hide_other_work(firing):
    assert names(firing(RULES, {**processors(nice=0.4, user=0.6), **ALIVE})) == ["NodeCpuSaturated"]


def test_waiting_for_disks_stays_silent(firing):
    assert firing(RULES, {**processors(iowait=0.9, user=0.1), **ALIVE}) == []


def test_a_processor_that_the_hypervisor_took_away_is_none(firing):
    assert names(firing(RULES, {**processors(steal=0.6, user=0.4), **ALIVE})) == [
        "NodeCpuSaturated"
    ]


def test_a_virtual_machine_without_time_service_stays_silent(firing):
    clock = {
        'node_timex_sync_status{job="node",instance="a"}': [0] * 30,
        'node_time_seconds{job="node",instance="a"}': [60.0 * minute for minute in range(30)],
    }
    assert firing(RULES, {**clock, 'up{job="node",instance="a"}': [1] * 30}) == []


def test_a_dead_node_is_a_ticket_and_no_node_at_all_a_page(firing):
    both = {'up{job="node",instance="a"}': [0] * 6, 'up{job="node",instance="b"}': [1] * 6}
    assert names(firing(RULES, both)) == ["NodeDown"]
    assert names(firing(RULES, {name: [0] * 6 for name in both})) == [
        "NodeDown",
        "NodeDown",
        "NodesGone",
    ]


def test_other_jobs_are_not_watched(firing):
    assert firing(RULES, {**ALIVE, 'up{job="web",instance="a"}': [0] * MINUTES}) == []


def test_a_configured_job_is_watched(firing):
    rules = compile_mixin(node.mixin(node.Config(selector='job="metal"'))).rules
    series = {'up{job="metal",instance="a"}': [0] * 6, 'up{job="metal",instance="b"}': [1] * 6}
    assert names(firing(rules, series)) == ["NodeDown"]


def test_a_configured_threshold_is_kept(firing):
    rules = compile_mixin(node.mixin(node.Config(cpu_above=0.5))).rules
    assert names(firing(rules, {**processors(user=0.6), **ALIVE})) == ["NodeCpuSaturated"]


ALIVE = {'up{job="node",instance="a"}': [1] * MINUTES}
