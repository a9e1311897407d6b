"""`mixwright lint`: what it takes, how it tells, when it fails."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from mixwright.cli import main

RULES = """\
groups:
- name: api
  rules:
  - alert: Down
    expr: up{job=~"api"} == 0
    for: 5m
    annotations: {summary: "{{ $labels.instance }} is down"}
"""


@pytest.fixture
def rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "rules.yaml"
    path.write_text(RULES)
    return path


def run(*arguments: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(list(arguments))
    code = left.value.code
    return code if isinstance(code, int) else 0


def test_an_info_fails_only_when_that_is_asked_for(rules: Path) -> None:
    assert run("lint", str(rules)) == 0
    assert run("lint", str(rules), "--fail-on", "info") == 1
    rules.write_text(RULES.replace(" == 0", ""))
    assert run("lint", str(rules), "--fail-on", "error") == 1


def test_every_format_is_what_its_name_says(
    rules: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = {}
    for form in ("text", "json", "github", "sarif", "junit"):
        assert run("lint", str(rules), "--format", form) == 0
        told[form] = capsys.readouterr().out

    assert "rules.yaml:4: alert `Down`" in told["text"]
    assert json.loads(told["json"])[0]["fix"] == '`job=~"api"` → `job="api"`'
    assert told["github"].startswith(
        "::notice title=promql/regex-on-literal,file=rules.yaml,line=4"
    )
    assert json.loads(told["sarif"])["version"] == "2.1.0"
    assert ElementTree.fromstring(told["junit"]).tag == "testsuites"


def test_fix_mends_the_file_and_says_what(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("lint", str(rules), "--fix", "--fail-on", "info") == 0

    assert 'up{job="api"} == 0' in rules.read_text()
    assert "rules.yaml:4: mended `job=~" in capsys.readouterr().out


def test_a_profile_changes_what_is_found(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    profile = rules.with_name("old.toml")
    profile.write_text('prometheus = "2.20.0"\n')
    rules.write_text(RULES.replace("up{", "last_over_time(up{").replace("}", "}[5m])", 1))

    assert run("lint", str(rules)) == 0
    assert run("lint", str(rules), "--profile", str(profile)) == 1
    assert "needs Prometheus 2.26" in capsys.readouterr().out


def test_a_recording_is_asked(
    rules: Path, recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules.write_text(RULES.replace('up{job=~"api"}', "node_cpu_second_total"))

    run("lint", str(rules), "--recording", str(recording))

    assert (
        "did you mean `node_cpu_seconds_total`?  [recorded/never-matches]"
        in capsys.readouterr().out
    )


def test_what_is_not_there_is_said_to_be(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("lint", str(rules.with_name("none.yaml"))) == 2
    assert "is not there; name a mixin, a file or a folder" in capsys.readouterr().err
    assert run("lint", str(rules), "--since", "HEAD") == 2
    assert "git cannot tell" in capsys.readouterr().err


def test_a_catalogue_is_made_and_asked(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    scrape = rules.with_name("queue.prom")
    scrape.write_text("# TYPE queue_length gauge\nqueue_length 3\n")
    rules.write_text(RULES.replace('up{job=~"api"}', "queue_lenght"))

    assert run("catalogue", str(scrape), "--out", "queue.json", "--closed", "queue_") == 0
    rules.with_name("profile.toml").write_text('catalogues = ["queue.json"]\n')
    capsys.readouterr()
    assert run("lint", str(rules), "--profile", "profile.toml") == 1
    assert "is not exposed by queue; did you mean `queue_length`?" in capsys.readouterr().out


def test_the_costs_of_rules_are_told_the_highest_first(
    rules: Path, recording: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules.write_text(
        RULES + "  - {record: 'a:b:c', expr: 'sum(rate(node_cpu_seconds_total[5m]))'}\n"
        "  - {record: 'd:e:f', expr: 'none_there'}\n"
    )

    assert run("costs", str(rules), "-r", str(recording), "--format", "json") == 0

    first, *_, last = json.loads(capsys.readouterr().out)
    assert first["rule"] == "recording rule `a:b:c`"
    assert first["samples"] > first["series"] > 0
    assert last == {"rule": "recording rule `d:e:f`", "samples": 0, "series": 0}
