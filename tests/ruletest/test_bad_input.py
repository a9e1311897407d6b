"""Files that cannot be meant get one clear line with the place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mixwright.ruletest import FileResult, run_files

Run = Callable[..., FileResult]


@pytest.mark.parametrize(
    ("test", "message"),
    [
        ("tests: [", "test.yml:2: not YAML: "),
        ("- a\n", "test.yml:1: a test file must be a mapping"),
        ("rules: []", "test.yml:1: `rules` is not a field of a test file; there are `rule_files`,"),
        ("tests:\n- {}\n---\ntests: []", "test.yml:4: a test file is one document"),
        ("tests:\n- {}\ntests:\n- {}", "test.yml:3: `tests` is given twice"),
        ("tests:\n- {series: a}", "test.yml:2: `series` is not a field of a test;"),
        ("tests: {}", "test.yml:1: `tests` must be a list"),
        ("tests: [{}]\ngroup_eval_order: [a, a]", "test.yml:2: group `a` is in the order twice"),
        ("tests: [{}]\nfuzzy_compare: maybe", "test.yml:2: `fuzzy_compare` must be `true` or"),
        ("tests: [{}]\nevaluation_interval: 1x", "test.yml:2: `evaluation_interval`: `1x` is not"),
        ("tests: [{}]\nevaluation_interval: -1m", "must not be negative, it is `-1m`"),
        ("tests: [{interval: [1m]}]", "test.yml:1: `interval` must be a text"),
        ("tests: [{name: a, start_timestamp: noon}]", "`start_timestamp` `noon` is not a time"),
        ("tests: [{start_timestamp: 2020-01-01}]", "`start_timestamp` `2020-01-01` is not a time"),
        ("tests:\n- input_series: [{serie: a}]", "test.yml:2: `serie` is not a field of an input"),
        ("tests:\n- alert_rule_test: [{eval_time: 1m}]", "test.yml:2: an alert test needs an"),
        ("tests:\n- alert_rule_test: [{alertname: A, exp_labels: {}}]", "`exp_labels` is not"),
        ("tests:\n- promql_expr_test: [{exp_samples: [{value: x}]}]", "`value` must be a number"),
        ("tests:\n- promql_expr_test: [{exp_samples: [{value: '1'}]}]", "`value` must be a number"),
        ("tests:\n- external_labels: [a]", "`external_labels` must be a mapping"),
        ("tests: [{}]\nmixwright: {match: fuzzy}", "`match` must be `exact` or `partial`, it is"),
        ("tests: [{}]\nmixwright: {until: 5m}", "`until` is not a field of `mixwright`"),
        ("tests: [{}]\nmixwright: {tolerance: 2}", "`tolerance` is a part of the value"),
        (
            "tests:\n- alert_rule_test: [{alertname: A, eval_time: 2m, mixwright: {until: 1m}}]",
            "`until` 1m lies before the `eval_time` 2m",
        ),
        ("tests: [&a {<<: 5}]", "`<<` in a test must name a mapping"),
        ("tests: [{}]\nevaluation_interval: 1000y", "must be shorter than 292 years"),
        ("tests: [{start_timestamp: 1e300}]", "`start_timestamp` `1e300` is not a time"),
        ("rule_files: [rules.yml]\ntests: [{}]", "rules.yml:2: `nope` is not a field of"),
    ],
)  # fmt: skip
def test_a_complaint_names_file_line_and_cause(run: Run, test: str, message: str) -> None:
    result = run(test, "groups:\n- {name: a, nope: 1}")

    assert message in result.unreadable
    assert result.unreadable.count("\n") == 0
    assert result.exit_status == 2


def test_a_missing_file_does_not_stop_the_others(tmp_path: Path) -> None:
    good = tmp_path / "good.yml"
    good.write_text("tests: [{promql_expr_test: [{expr: vector(1), exp_samples: [{value: 1}]}]}]")

    missing, passed = run_files([tmp_path / "none.yml", good])

    assert (
        missing.unreadable == f"`{tmp_path / 'none.yml'}` cannot be read: No such file or directory"
    )
    assert passed.passed


def test_bytes_are_not_text(tmp_path: Path) -> None:
    (tmp_path / "x.yml").write_bytes(b"\xff\xfe\x00")

    (result,) = run_files([tmp_path / "x.yml"])

    assert "is not UTF-8 text" in result.unreadable


def test_a_mapping_that_merges_itself_is_read_once(run: Run) -> None:
    assert run("tests: [&a {name: loop, <<: [*a, *a]}]", compat=True).passed


def test_a_test_of_too_many_evaluations_is_not_run(run: Run) -> None:
    case = "promql_expr_test: [{eval_time: 200y, expr: x}]"

    (problem,) = run(f"evaluation_interval: 1ms\ntests:\n- {case}").tests[0].problems

    assert (
        "test.yml:3: the test needs 6307200000001 evaluations, at most 1000000 are run" in problem
    )


def test_a_rule_that_fails_is_named_with_its_place(run: Run) -> None:
    rules = "groups:\n- name: a\n  rules:\n  - {record: x, expr: up * on () up}"
    series = "[{series: 'up{a=\"1\"}', values: _ 1}, {series: 'up{a=\"2\"}', values: _ 1}]"
    expr = "[{eval_time: 3m, expr: x}]"

    result = run(
        f"rule_files: [rules.yml]\ntests: [{{input_series: {series}, promql_expr_test: {expr}}}]",
        rules,
    )

    (problem,) = result.tests[0].problems
    assert "rules.yml:4: `x` fails at 1m: found duplicate series for the match group" in problem
    assert result.exit_status == 1
