"""Rule files are read as Prometheus reads them, and as the operator wraps them."""

from __future__ import annotations

from pathlib import Path

import pytest

from mixwright.errors import MixwrightError
from mixwright.rulefiles import ForeignAlert, ForeignGroup, ForeignRecording, read_rule_file
from mixwright.values import Duration


def read(tmp_path: Path, text: str, *, ignoring: bool = False) -> tuple[ForeignGroup, ...]:
    path = tmp_path / "rules.yml"
    path.write_text(text)
    return read_rule_file(path, ignoring=ignoring)


FULL = """
groups:
- name: g
  interval: 30s
  query_offset: 1m
  limit: 7
  labels: {team: a}
  rules:
  - record: some:name
    expr: up
    labels: {dropped: ""}
  - alert: not CamelCase ünd more
    expr: 1
    for: 1h30m
    keep_firing_for: 5m
    labels: {severity: whatever}
    annotations: {empty: "", text: "{{ $value }}"}
"""


def test_every_field_is_read(tmp_path: Path) -> None:
    (group,) = read(tmp_path, FULL)

    assert (group.name, group.interval, group.query_offset, group.limit, group.labels) == (
        "g",
        Duration(30_000),
        Duration(60_000),
        7,
        {"team": "a"},
    )
    recording, alert = group.rules
    assert isinstance(recording, ForeignRecording)
    assert recording.labels == {"dropped": ""}
    assert isinstance(alert, ForeignAlert)
    assert (alert.name, alert.hold, alert.keep_firing) == (
        "not CamelCase ünd more",
        Duration(5_400_000),
        Duration(300_000),
    )
    assert alert.annotations == {"empty": "", "text": "{{ $value }}"}
    assert alert.origin.line == 12


def test_all_documents_are_read(tmp_path: Path) -> None:
    groups = read(tmp_path, "groups: [{name: a}]\n---\n---\ngroups: [{name: a}, {name: b}]\n")

    assert [group.name for group in groups] == ["a", "a", "b"]


@pytest.mark.parametrize(
    "text",
    [
        "kind: PrometheusRule\nmetadata: {name: x}\n"
        "spec: {groups: [{name: a, partial_response_strategy: warn, rules: [{alert: A, expr: 1}]}]}",
        "kind: List\nitems: [{kind: PrometheusRule, spec: {groups: [{name: a, rules: [{alert: A, expr: 1}]}]}}]",
    ],
)
def test_resources_are_unwrapped(tmp_path: Path, text: str) -> None:
    (group,) = read(tmp_path, text)

    assert [rule.name for rule in group.rules] == ["A"]


def test_an_empty_file_has_no_groups(tmp_path: Path) -> None:
    assert read(tmp_path, "# nothing\n") == ()


def test_unknown_fields_can_be_ignored(tmp_path: Path) -> None:
    text = "namespace: x\ngroups: [{name: a, owner: b, rules: [{alert: A, expr: 1, notes: c}]}]"

    assert [group.name for group in read(tmp_path, text, ignoring=True)] == ["a"]


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("{alert: A, record: b, expr: 1}", "a rule has either `record` or `alert`"),
        ("{expr: 1}", "a rule has either `record` or `alert`"),
        ("{alert: A}", "alert `A` needs an `expr`"),
        ("{alert: A, expr: up +}", "alert `A`: `up +` is not PromQL"),
        ("{record: a, expr: 1, for: 5m}", "recording rule `a` has `for`, which only alerts have"),
        ("{record: a, expr: 1, keep_firing_for: 5m}", "has `keep_firing_for`, which only"),
        ("{record: a, expr: 1, annotations: {a: b}}", "has `annotations`, which only alerts have"),
        ("{record: 'a{b}', expr: 1}", "has braces in its name"),
        ("{alert: A, expr: 1, labels: {__name__: x}}", "`__name__` cannot be a label of a rule"),
        ("{alert: A, expr: 1, labels: {a: '{{ x }}'}}", "alert `A`: `a`: "),
        ("{alert: A, expr: 1, annotations: {a: '{{ if }}'}}", "alert `A`: `a`: "),
        ("{alert: A, expr: 1, for: soon}", "`for`: `soon` is not a duration"),
        ("{alert: A, expr: 1, severity: page}", "`severity` is not a field of a rule"),
        ("{alert: A, expr: 1, labels: [a]}", "`labels` must be a mapping of names to texts"),
    ],
)
def test_what_prometheus_would_refuse_is_refused_with_its_line(
    tmp_path: Path, rule: str, message: str
) -> None:
    with pytest.raises(MixwrightError) as raised:
        read(tmp_path, f"groups:\n- name: a\n  rules:\n  - {rule}\n")

    assert "rules.yml:4: " in str(raised.value)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("groups: [{name: a}, {name: a}]", "group `a` is there twice in this file"),
        ("groups: [{rules: []}]", "a group needs a `name`"),
        ("groups: [{name: a, limit: 1.5}]", "`limit` must be a whole number, it is `1.5`"),
        ("kind: ConfigMap", "`ConfigMap` holds no rules; a `PrometheusRule` does"),
        ("groups: [{name: a, partial_response_strategy: warn}]", "is not a field of a group"),
        ("groups: [", "not YAML"),
    ],
)
def test_a_broken_group_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(MixwrightError, match=r"rules\.yml:\d: ") as raised:
        read(tmp_path, text)

    assert message in str(raised.value)


def test_real_rule_files_are_read(shared: Path) -> None:
    folder = shared / "conformance" / "kubernetes-mixin"

    alerts, rules = (
        read_rule_file(folder / f"prometheus_{what}.yaml") for what in ("alerts", "rules")
    )

    assert sum(len(group.rules) for group in alerts) == 65
    assert sum(len(group.rules) for group in rules) == 71
