"""`mixwright backtest` with a routing, silences, a deadline and JUnit XML of the user's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from mixwright.cli import mixwright

ALERTMANAGER = """\
route:
  receiver: nobody
  group_by: [severity]
  group_wait: 2m
  routes:
  - matchers: [severity="page"]
    receiver: people
    continue: true
  - matchers: [severity=~"page|ticket"]
    receiver: queue
receivers:
- name: nobody
- name: people
  pagerduty_configs: [{routing_key: x}]
- name: queue
  webhook_configs: [{url: "http://127.0.0.1:1/"}]
"""


@pytest.fixture
def report(repository: Path, recording: Path):
    def run(*arguments: object) -> dict[str, Any]:
        done = invoke(repository, recording, *arguments)
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    return run


def invoke(repository: Path, recording: Path, *arguments: object) -> Result:
    words = [
        "-C",
        repository,
        "backtest",
        "node",
        "http-service",
        "-r",
        recording,
        "--format",
        "json",
    ]
    return CliRunner().invoke(mixwright, [str(word) for word in (*words, *arguments)])


def test_pages_go_the_way_of_the_users_own_routing(report, tmp_path: Path) -> None:
    (tmp_path / "am.yml").write_text(ALERTMANAGER)

    found = report("--alertmanager", tmp_path / "am.yml")

    to = {
        receiver: [p for p in found["pages"] if p["receiver"] == receiver]
        for receiver in ("people", "queue")
    }
    assert (4, 6) == (len(to["people"]), len(to["queue"]))
    # Two minutes of waiting instead of half a one.
    (slow,) = (i for i in found["incidents"] if i["name"] == "checkout_slow")
    assert pytest.approx(183.939 + 90, abs=0.01) == slow["delay"]


def test_what_is_silenced_is_not_told(report, tmp_path: Path) -> None:
    silence = {
        "matchers": [{"name": "alertname", "value": "HttpLatency.*", "isRegex": True}],
        "startsAt": "2026-11-23T00:00:00Z",
        "endsAt": "2026-11-24T00:00:00Z",
    }
    (tmp_path / "silences.json").write_text(json.dumps([silence]))

    found = report("--silences", tmp_path / "silences.json")

    assert [i["name"] for i in found["incidents"] if not i["detected"]] == ["checkout_slow"]
    held = {a["name"]: a["held"] for a in found["alerts"] if a["held"]}
    assert held == {"HttpLatencyHigh": {"silenced": 1}}


def test_what_is_told_after_the_deadline_is_missed(report, tmp_path: Path) -> None:
    found = report("--deadline", "4m", "--junit", tmp_path / "junit.xml")

    late = [i["name"] for i in found["incidents"] if not i["detected"]]
    assert late == ["cpu_hog", "disk_filling", "catalogue_traffic_drop"]
    assert (0.5, 1.0) == (found["score"]["recall"], found["score"]["precision"])
    cases = ElementTree.parse(tmp_path / "junit.xml").iter("testcase")
    failed = {c.get("name"): c[0].get("message") for c in cases if c.find("failure") is not None}
    assert list(failed) == late
    assert failed["disk_filling"] == "told 8m59s after it began, too late to be of use"


def test_a_routing_that_tells_nobody_is_refused(repository: Path, recording: Path) -> None:
    compiled = repository / "out" / "routing" / "alertmanager.yaml"

    done = invoke(repository, recording, "--alertmanager", compiled)

    assert "has no receiver with an integration, so nobody is told anything" in str(done.exception)
