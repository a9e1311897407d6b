"""Rules may come from mixins, and input from recordings: of real metrics, at their real times."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mixwright.ruletest import FileResult, run_files

Run = Callable[..., FileResult]

RULES = """
groups:
  - name: a
    rules:
      - alert: Gone
        expr: up == 0
        for: 1m
"""
# The recording's `checkout_instance_killed` begins at 21:16:55.
RECORDED = """
rule_files: [rules.yml]
evaluation_interval: 15s
tests:
  - mixwright: {{recording: {{path: {path}, {more}}}}}
    start_timestamp: 2026-11-23T21:16:00Z
    alert_rule_test:
      - eval_time: 30s
        alertname: Gone
      - eval_time: 4m
        alertname: Gone
        exp_alerts: [{{exp_labels: {{job: checkout, instance: "127.0.0.2:8080", cluster: demo}}}}]
    promql_expr_test:
      - expr: count(up)
        eval_time: 4m
        exp_samples: [{{value: {count}}}]
"""
ONLY_CHECKOUT = """select: ['up{job="checkout"}']"""
TWO = """select: ['up{job="checkout"}', 'up{job=~"check.*|node"}']"""


@pytest.mark.parametrize(
    ("more", "count"),
    [
        ("", 7),
        (ONLY_CHECKOUT, 2),
        (TWO, 4),
        (f"{ONLY_CHECKOUT}, start: 2026-11-23T21:00:00Z, end: 2026-11-23T21:25:00Z", 2),
    ],
)
def test_recorded_series_are_input(run: Run, recording: Path, more: str, count: int) -> None:
    result = run(RECORDED.format(path=recording, more=more, count=count), RULES)

    assert result.passed, result


def test_recorded_and_written_series_work_together(run: Run, recording: Path) -> None:
    test = RECORDED.format(path=recording, more=ONLY_CHECKOUT, count=3).replace(
        "    start_timestamp:",
        "    input_series: [{series: 'up{job=\"written\"}', values: 1x9}]\n    start_timestamp:",
    )

    assert run(test, RULES).passed


def test_rules_run_from_the_first_recorded_sample_on(run: Run, recording: Path) -> None:
    test = f"""
    rule_files: [rules.yml]
    tests:
      - mixwright: {{recording: {{path: {recording}, start: 2026-11-23T21:16:00Z, select: [up]}}}}
        promql_expr_test: [{{expr: time(), eval_time: 60s, exp_samples: [{{value: 1795468620}}]}}]
    """

    assert run(test, RULES).passed


def test_what_the_recorded_server_wrote_itself_is_not_input(run: Run, repository: Path) -> None:
    rules = "groups: [{name: a, rules: [{record: 'job:app_queue:max', expr: sum by (job) (app_queue)}]}]"
    test = f"""
    rule_files: [rules.yml]
    evaluation_interval: 30s
    tests:
      - mixwright: {{recording: {{path: {repository / "recordings" / "rules" / "metrics"}}}}}
        promql_expr_test:
          - expr: 'job:app_queue:max != sum by (job) (app_queue)'
            eval_time: 5m
          - expr: 'count_over_time(job:app_queue:max[1m])'
            eval_time: 5m
            exp_samples: [{{labels: '{{job="app"}}', value: 2}}]
    """

    assert run(test, rules).passed


@pytest.mark.parametrize(
    ("recorded", "message"),
    [
        ("{path: nowhere}", "nowhere"),
        ("{select: [up]}", "test.yml:4: a recording as input needs a `path`"),
        ("{path: PATH, select: [up > 0]}", "test.yml:4: `up > 0` is not a selector"),
        ("{path: PATH, select: [nothing]}", "has no samples of what `select` asks for"),
        ("{path: PATH, select: [up], start: x}", "test.yml:4: "),
    ],
)
def test_a_recording_that_cannot_be_read_is_said_so(
    run: Run, recording: Path, recorded: str, message: str
) -> None:
    test = f"""
    rule_files: [rules.yml]
    tests:
      - mixwright: {{recording: {recorded.replace("PATH", str(recording))}}}
        alert_rule_test: [{{eval_time: 1m, alertname: Gone}}]
    """

    result = run(test, RULES)

    said = [result.unreadable, *(problem for test in result.tests for problem in test.problems)]
    assert message in "".join(said)


MIXIN = """
from mixwright import Alert, Mixin, RuleGroup, Severity

MIXIN = Mixin("rooms", version="0.1.0", selector={"cluster": "prod"}, rules=(
    RuleGroup("rooms", rules=(
        Alert("Hot", expr="room > 30", severity=Severity.TICKET, summary="{{ $labels.place }} is hot"),
    )),
))
"""
OF_MIXIN = """
mixwright: {mixins: [MIXIN], match: partial}
tests:
  - input_series:
      - {series: 'room{place="a", cluster="prod"}', values: 35}
      - {series: 'room{place="b", cluster="test"}', values: 35}
    alert_rule_test:
      - alertname: Hot
        exp_alerts:
          - exp_labels: {severity: ticket, place: a}
            exp_annotations: {summary: a is hot}
"""


def test_a_projects_mixin_is_a_rule_file(tmp_path: Path) -> None:
    (tmp_path / "mixins").mkdir()
    (tmp_path / "mixins" / "rooms.py").write_text(MIXIN)
    (tmp_path / "tests").mkdir()
    test = tmp_path / "tests" / "rooms_test.yaml"
    test.write_text(OF_MIXIN.replace("MIXIN", "rooms"))

    (result,) = run_files([test])

    assert result.passed, result


def test_an_unknown_mixin_is_said_so(run: Run) -> None:
    assert "`root` is not a mixin" in run(OF_MIXIN.replace("MIXIN", "root")).unreadable
