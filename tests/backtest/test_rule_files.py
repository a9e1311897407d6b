"""Rule files that others wrote are replayed and scored as mixins are."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path
from textwrap import dedent

import pytest

from mixwright.model import Severity
from mixwright.rulefiles import ForeignAlert, read_rule_file

PLAIN = """
groups:
  - name: probes
    labels: {severity: critical}
    rules:
      - {alert: Gone, expr: up == 0, for: 1m, annotations: {summary: "{{ $labels.instance }} is gone"}}
      - {alert: Watchdog, expr: vector(1), labels: {severity: none}}
      - {record: job:up:sum, expr: sum by (job) (up)}
"""
RESOURCE = """
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: more}
spec:
  groups:
    - {name: one, rules: [{alert: Few, expr: "job:up:sum{job='checkout'} < 2", labels: {severity: warning}}]}
---
apiVersion: v1
kind: List
items:
  - kind: PrometheusRule
    spec: {groups: [{name: two, rules: [{alert: gone twice, expr: up == 0}]}]}
"""


def backtest(folder: Path, recording: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "plain.yaml").write_text(dedent(PLAIN))
    (folder / "resource.yml").write_text(dedent(RESOURCE))
    return subprocess.run(
        [
            *(sys.executable, "-m", "mixwright", "backtest", "--recording", str(recording)),
            *("--interval", "15s", *arguments),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )


def test_plain_files_and_resources_are_scored_against_the_incidents(
    tmp_path: Path, recording: Path
) -> None:
    done = backtest(tmp_path, recording, "plain.yaml", "resource.yml", "--format", "json")

    assert done.returncode == 0, done.stderr
    alerts = {alert["name"]: alert for alert in json.loads(done.stdout)["alerts"]}
    assert {
        "Gone": ("plain.yaml", "page"),
        "Watchdog": ("plain.yaml", "log"),
        "Few": ("resource.yml", "ticket"),
        "gone twice": ("resource.yml", "page"),
    } == {name: (alert["mixin"], alert["severity"]) for name, alert in alerts.items()}
    # At the very start only one of the two instances has been scraped.
    (gone,), few = alerts["Gone"]["episodes"], alerts["Few"]["episodes"][-1]
    assert "127.0.0.2:8080" == gone["labels"]["instance"]
    assert "critical" == gone["labels"]["severity"]
    # `Few` reads what a rule of the other file records.
    began = [datetime.fromisoformat(alert["active_at"]) for alert in (gone, few)]
    assert abs(began[0] - began[1]) <= timedelta(seconds=30)


def test_a_report_without_mixins_has_no_dashboards(tmp_path: Path, recording: Path) -> None:
    done = backtest(tmp_path, recording, "plain.yaml", "--report", "report")

    assert done.returncode == 0, done.stderr
    assert "dashboards" not in done.stdout
    page = (tmp_path / "report" / "index.html").read_text()
    assert "127.0.0.2:8080 is gone" in page
    assert "dashboards/" not in page


def test_a_rule_file_that_is_not_there_is_said_so(tmp_path: Path, recording: Path) -> None:
    done = backtest(tmp_path, recording, "nowhere.yaml")

    assert (2, "") == (done.returncode, done.stdout)
    assert "nowhere.yaml" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("group", "rule", "severity"),
    [
        ("", "severity: Critical", Severity.PAGE),
        ("severity: info", "", Severity.LOG),
        ("severity: info", "severity: warning", Severity.TICKET),
        ("", "", Severity.PAGE),
        ("", "severity: '{{ $value }}'", Severity.PAGE),
    ],
)
def test_a_severity_follows_from_the_labels(
    tmp_path: Path, group: str, rule: str, severity: Severity
) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(
        f"groups: [{{name: g, labels: {{{group}}}, rules: [{{alert: A, expr: up, labels: {{{rule}}}}}]}}]"
    )

    (read,) = read_rule_file(path)

    (alert,) = read.rules
    assert isinstance(alert, ForeignAlert)
    assert severity is alert.severity
