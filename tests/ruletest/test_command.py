"""The command `mixwright test`: what it prints and writes, and how it exits."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from mixwright.cli import mixwright

RULES = """
groups:
  - name: a
    rules:
      - alert: Down
        expr: up == 0
        labels: {severity: page}
        annotations: {summary: "{{ $labels.job }} is down"}
"""
TEST = """
rule_files: [rules.yml]
tests:
  - name: it fires
    input_series: [{series: 'up{job="a"}', values: 0}]
    alert_rule_test:
      - alertname: Down
        exp_alerts:
          - exp_labels: {severity: page, job: a}
            exp_annotations: {summary: a is down}
  - name: it has another summary
    input_series: [{series: 'up{job="\\x01a"}', values: 0}]
    alert_rule_test:
      - alertname: Down
        exp_alerts:
          - exp_labels: {severity: ticket, job: "\\x01a"}
            exp_annotations: {summary: all is well}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "rules.yml").write_text(RULES)
    (tmp_path / "test.yml").write_text(TEST)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*args: str) -> Result:
    return CliRunner().invoke(mixwright, ["test", *args])


def test_a_failure_shows_expected_and_got(folder: Path) -> None:
    result = call("test.yml")

    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert lines[:7] == [
        "test.yml:11: it has another summary",
        "  test.yml:14: alert Down at 0s: other alerts are firing than expected",
        '      {alertname="Down", job="\\x01a"}',
        "    -     label severity: ticket",
        "    +     label severity: page",
        "    -     summary: all is well",
        "    +     summary: \x01a is down",
    ]
    assert lines[7].startswith("failed test.yml: 1 of 2 tests in ")


def test_run_selects_by_name(folder: Path) -> None:
    result = call("test.yml", "--run", "^it f", "--run", "nothing")

    assert result.exit_code == 0
    assert result.output.startswith("passed test.yml: 1 test, 1 case in ")


def test_run_that_selects_nothing_is_an_error_unless_promtool_is_followed(folder: Path) -> None:
    assert "`nothing` matches the name of no test" in str(
        call("test.yml", "--run", "nothing").exception
    )
    assert call("test.yml", "--run", "nothing", "--promtool-compat").exit_code == 0


def test_json_tells_all(folder: Path) -> None:
    result = call("test.yml", "none.yml", "--format", "json")

    assert result.exit_code == 2
    read, unread = json.loads(result.output)["files"]
    assert [test["passed"] for test in read["tests"]] == [True, False]
    assert read["tests"][1]["cases"][0]["difference"][1] == "-     label severity: ticket"
    assert unread["unreadable"] == "`none.yml` cannot be read: No such file or directory"


def test_junit_can_be_read_whatever_labels_hold(folder: Path) -> None:
    assert call("test.yml", "none.yml", "--junit", "out.xml").exit_code == 2

    read, unread = ElementTree.parse(folder / "out.xml").getroot()
    assert read.attrib | {"time": ""} == {
        "name": "test.yml",
        "tests": "2",
        "failures": "1",
        "errors": "0",
        "skipped": "0",
        "time": "",
    }
    assert [case.attrib["name"] for case in read] == ["it fires", "it has another summary"]
    assert "summary: \ufffda is down" in (read[1].findtext("failure") or "")
    assert "cannot be read" in (unread[0].findtext("error") or "")


def test_unknown_fields_of_rules_can_be_ignored(folder: Path) -> None:
    (folder / "rules.yml").write_text(RULES.replace("name: a", "name: a\n    owner: us"))

    assert call("test.yml").exit_code == 2
    assert call("test.yml", "--ignore-unknown-fields", "--run", "fires").exit_code == 0
