"""Rule files and PrometheusRule resources."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from mixwright import Alert, Mixin, Recording, RuleGroup, Severity
from mixwright.backends import Artifact, prometheusrule, rulefile
from mixwright.backends.manifest import manifest
from mixwright.passes import compile_mixin
from mixwright.promql import parse

MIXIN = compile_mixin(
    Mixin(
        "web",
        version="1.2.3",
        selector={"job": "web"},
        rules=RuleGroup(
            "web",
            interval="30s",
            query_offset="1m",
            limit=10,
            rules=(
                Recording("job:up:sum", expr="sum by (job) (up)", labels={"team": "a"}),
                Alert(
                    "TargetDown",
                    expr='up == 0 or up{x=~"a: \\"b\\" #c"}',
                    severity=Severity.PAGE,
                    hold="5m",
                    keep_firing="10m",
                    summary="{{ $labels.instance }} does not answer: 100 % lost",
                ),
            ),
        ),
    )
)


def rules_of(artifact: Artifact) -> list[dict[str, object]]:
    (group,) = yaml.safe_load(artifact.content)["groups"]
    return list(group["rules"])


def test_a_rule_file_says_what_the_definition_says() -> None:
    (artifact,) = rulefile.emit(MIXIN)

    assert artifact.path == "rules/web.yaml"
    assert yaml.safe_load(artifact.content)["groups"][0]["query_offset"] == "1m"
    recording, alert = rules_of(artifact)
    assert recording == {
        "record": "job:up:sum",
        "expr": 'sum by (job) (up{job="web"})',
        "labels": {"team": "a"},
    }
    assert (alert["for"], alert["keep_firing_for"]) == ("5m", "10m")
    assert alert["labels"] == {"severity": "page"}


def test_expressions_read_back_to_the_trees_they_came_from() -> None:
    (artifact,) = rulefile.emit(MIXIN)

    written = [parse(str(rule["expr"])) for rule in rules_of(artifact)]
    assert written == [rule.expr for _, rule in MIXIN.all_rules()]


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not installed")
def test_prometheus_accepts_the_rule_file(tmp_path: Path) -> None:
    # Debian's promtool predates query_offset and keep_firing_for's newest neighbours.
    mixin = compile_mixin(
        Mixin("web", version="1.0.0", rules=RuleGroup("g", rules=MIXIN.rules[0].rules))
    )
    (artifact,) = rulefile.emit(mixin)
    file = tmp_path / "web.yaml"
    file.write_bytes(artifact.content)

    done = subprocess.run(
        ["promtool", "check", "rules", str(file)], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


def test_the_resource_carries_the_same_groups() -> None:
    (plain,) = rulefile.emit(MIXIN)
    (resource,) = prometheusrule.emit(MIXIN)

    content = yaml.safe_load(resource.content)
    assert content["kind"] == "PrometheusRule"
    assert content["spec"]["groups"] == yaml.safe_load(plain.content)["groups"]


def test_a_mixin_without_rules_emits_no_rule_files() -> None:
    empty = Mixin("empty", version="1.0.0")

    assert [*rulefile.emit(empty), *prometheusrule.emit(empty)] == []


def test_the_manifest_changes_with_every_byte() -> None:
    one = manifest(MIXIN, (Artifact("a", b"1"),))
    other = manifest(MIXIN, (Artifact("a", b"2"),))

    assert one.content != other.content
    assert yaml.safe_load(one.content)["alerts"] == {"TargetDown": "page"}
