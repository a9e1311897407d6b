"""What definitions imply for Alertmanager: who is told what, and what hides what."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import attrs
import pytest

from mixwright import Alert, Mixin, RuleGroup, Severity
from mixwright.alertmanager import Config, compiled_config, read_config
from mixwright.backends.alertmanager import alertmanager
from mixwright.passes import compile_mixin
from mixwright.standard.mixins import http_service, node
from mixwright.values import Labels


def standard(owner: str = "") -> tuple[Mixin, ...]:
    return tuple(
        compile_mixin(module.mixin(module.Config(owner=owner))) for module in (node, http_service)
    )


def targets(config: Config, source: str) -> set[str]:
    (rule,) = (rule for rule in config.inhibitions if rule.source[0].value == source)
    return set(rule.target[0].value.split("|"))


def equal(config: Config, source: str) -> tuple[str, ...]:
    (rule,) = (rule for rule in config.inhibitions if rule.source[0].value == source)
    return rule.equal


def test_a_node_that_is_down_hides_what_is_below_it() -> None:
    config = compiled_config(standard())

    assert ("cluster", "instance") == equal(config, "NodeDown")
    assert {"NodeFilesystemAlmostFull", "NodeFlapping", "NodeCpuSaturated"} <= targets(
        config, "NodeDown"
    )


def test_a_service_that_is_down_hides_its_instances_but_not_the_other_way_round() -> None:
    config = compiled_config(standard())

    assert ("cluster", "job", "namespace") == equal(config, "HttpServiceDown")
    assert "HttpInstanceDown" in targets(config, "HttpServiceDown")
    assert "HttpServiceDown" not in targets(config, "HttpInstanceDown")
    assert "HttpLatencyHigh" not in targets(config, "HttpInstanceDown")


def test_a_ticket_never_hides_a_page() -> None:
    mixins = standard()
    severities = {alert.name: alert.severity for mixin in mixins for alert in mixin.alerts()}
    config = compiled_config(mixins)

    for rule in config.inhibitions:
        if severities[rule.source[0].value] is not Severity.PAGE:
            assert all(
                severities[name] is not Severity.PAGE for name in rule.target[0].value.split("|")
            )


def test_alerts_go_by_severity_and_owner() -> None:
    config = compiled_config(standard("db"))

    def told(**labels: str) -> list[str]:
        return [route.receiver for route in config.route.match(Labels(labels))]

    assert ["db-page"] == told(severity="page", owner="db")
    assert ["page"] == told(severity="page", owner="else")
    assert ["log"] == told(severity="log")
    assert ["ticket"] == told(severity="unheard of")


def test_what_is_emitted_is_what_is_simulated_and_what_amtool_accepts(tmp_path: Path) -> None:
    mixins = standard("team.a")
    (artifact,) = alertmanager(mixins)
    path = tmp_path / "alertmanager.yaml"
    path.write_bytes(artifact.content)

    read, compiled = read_config(path), compiled_config(mixins)

    def shape(config: Config) -> object:
        return (
            [(r.receiver, r.matchers, r.group_by, r.repeat_interval) for r in config.route.tree()],
            config.inhibitions,
            [receiver.name for receiver in config.receivers],
        )

    assert shape(compiled) == shape(read)
    if shutil.which("amtool") is None:
        pytest.skip("amtool is not installed")
    subprocess.run(["amtool", "check-config", path], check=True, capture_output=True)


def test_instances_of_a_job_are_told_of_together_and_other_jobs_by_themselves() -> None:
    route = compiled_config(standard("")).route

    def group(**labels: str) -> Labels:
        return route.group(Labels({"alertname": "TargetsDown", "severity": "ticket", **labels}))

    assert group(job="a", instance="1") == group(job="a", instance="2")
    assert group(job="a") != group(job="b")
    assert group(job="a", cluster="eu") != group(job="a", cluster="us")


def test_without_alerts_there_is_nothing_to_route() -> None:
    assert [] == list(alertmanager([Mixin("empty", version="1.0.0")]))


def test_an_alert_of_no_dashboard_hides_nothing() -> None:
    down = Alert("Down", expr="up == 0", severity="page", summary="down")
    other = attrs.evolve(down, name="Other", severity=Severity.TICKET)
    mixin = Mixin("m", version="1.0.0", rules=(RuleGroup("g", rules=(down, other)),))

    assert () == compiled_config([compile_mixin(mixin)]).inhibitions
