"""What promtool cannot say: asked for under `mixwright:`, for a file or for a case."""

from __future__ import annotations

from collections.abc import Callable
from textwrap import dedent

import pytest

from mixwright.ruletest import FileResult

Run = Callable[..., FileResult]

RULES = """
groups:
  - name: slow
    interval: 5m
    rules:
      - alert: Down
        expr: up == 0
        for: 2m
        labels: {severity: page}
        annotations: {summary: "{{ $labels.job }} is down", description: long}
"""
FILE = """
rule_files: [rules.yml]
{top}
tests:
  - input_series: [{{series: 'up{{job="a"}}', values: {values}}}]
{cases}
"""


def file(cases: str, *, top: str = "", values: str = "0x9") -> str:
    body = "\n".join(f"    {line}" for line in dedent(cases).strip().splitlines())
    return FILE.format(top=top, values=values, cases=body)


PARTIAL = """
alert_rule_test:
  - eval_time: 5m
    alertname: Down
    exp_alerts: [{exp_labels: {job: %s}, exp_annotations: {summary: a is down}}]
    %s
"""


@pytest.mark.parametrize(
    ("job", "extra", "passes"),
    [
        ("a", "", False),
        ("a", "mixwright: {match: partial}", True),
        ("b", "mixwright: {match: partial}", False),
        ("a", "mixwright: {match: exact}", False),
    ],
)
def test_a_partial_match_passes_over_what_is_not_mentioned(
    run: Run, job: str, extra: str, passes: bool
) -> None:
    assert run(file(PARTIAL % (job, extra)), RULES).passed == passes


def test_a_partial_match_still_counts_alerts(run: Run) -> None:
    case = """
    alert_rule_test:
      - {eval_time: 5m, alertname: Down, exp_alerts: [{}, {}], mixwright: {match: partial}}
    """

    assert not run(file(case), RULES).passed


def test_a_partial_match_finds_a_pairing_that_greed_would_miss(run: Run) -> None:
    test = """
    rule_files: [rules.yml]
    mixwright: {match: partial}
    tests:
      - input_series:
          - {series: 'up{job="a", zone="1"}', values: 0x9}
          - {series: 'up{job="a", zone="2"}', values: 0x9}
        alert_rule_test:
          - {eval_time: 5m, alertname: Down, exp_alerts: [{exp_labels: {job: a}}, {exp_labels: {zone: "1"}}]}
    """

    assert run(test, RULES).passed


@pytest.mark.parametrize(
    ("state", "at", "passes"),
    [("pending", "1m", True), ("pending", "2m", False), ("firing", "2m", True)],
)
def test_a_state_can_be_asked_for(run: Run, state: str, at: str, passes: bool) -> None:
    case = f"""
    alert_rule_test:
      - eval_time: {at}
        alertname: Down
        exp_alerts: [{{}}]
        mixwright: {{match: partial, state: {state}}}
    """

    assert run(file(case), RULES).passed == passes


def test_an_alert_that_is_resolved_is_not_pending_again(run: Run) -> None:
    case = """
    alert_rule_test:
      - {eval_time: 5m, alertname: Down, mixwright: {state: pending}}
    """

    assert run(file(case, values="0x4 1x9"), RULES).passed


@pytest.mark.parametrize(("values", "passes"), [("1x9", True), ("1x3 0x3 1x3", False)])
def test_absence_can_be_asked_over_a_span(run: Run, values: str, passes: bool) -> None:
    case = """
    alert_rule_test:
      - {eval_time: 0m, alertname: Down, exp_alerts: [], mixwright: {until: 9m}}
    """

    result = run(file(case, values=values), RULES)

    assert result.passed == passes
    if not passes:
        assert "at 6m" in result.tests[0].cases[0].problem


def test_a_span_reaches_beyond_all_other_cases(run: Run) -> None:
    case = """
    alert_rule_test:
      - {eval_time: 0m, alertname: Down, exp_alerts: [], mixwright: {until: 1h}}
    """

    assert not run(file(case, values="1x30 0x30"), RULES).passed


@pytest.mark.parametrize(
    ("top", "passes"), [("", True), ("mixwright: {group_intervals: true}", False)]
)
def test_groups_can_run_at_their_own_interval(run: Run, top: str, passes: bool) -> None:
    case = """
    alert_rule_test:
      - {eval_time: 4m, alertname: Down, exp_alerts: [{}], mixwright: {match: partial}}
    """

    assert run(file(case, top=top), RULES).passed == passes


@pytest.mark.parametrize(
    ("extra", "passes"),
    [("", False), ("tolerance: 0.05", False), ("tolerance: 0.2", True), ("nan_equal: true", False)],
)
def test_values_may_differ_by_a_tolerance(run: Run, extra: str, passes: bool) -> None:
    case = f"""
    promql_expr_test:
      - {{expr: vector(9), exp_samples: [{{value: 10}}], mixwright: {{{extra}}}}}
    """

    assert run(file(case), RULES).passed == passes


def test_nan_can_be_expected(run: Run) -> None:
    case = """
    promql_expr_test:
      - {expr: vector(NaN), exp_samples: [{value: .nan}], mixwright: {nan_equal: true}}
    """

    assert run(file(case), RULES).passed


def test_a_prometheusrule_is_a_rule_file(run: Run) -> None:
    spec = "\n".join(f"  {line}" for line in RULES.strip().splitlines())
    resource = f"apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nspec:\n{spec}\n"
    case = """
    alert_rule_test:
      - {eval_time: 5m, alertname: Down, exp_alerts: [{}], mixwright: {match: partial}}
    """

    assert run(file(case), resource).passed


@pytest.mark.parametrize(
    ("cases", "compat"),
    [
        ("alert_rule_test: [{eval_time: 1m, alertname: Dawn}]", True),
        ("alert_rule_test: [{eval_time: 1m, alertname: Dawn, exp_alerts: [{}]}]", False),
    ],
)
def test_an_alert_that_no_file_has_cannot_pass(run: Run, cases: str, compat: bool) -> None:
    result = run(file(cases), RULES)

    assert not result.passed
    assert result.tests[0].cases[0].problem == (
        "no rule file has an alert `Dawn`; did you mean `Down`?"
    )
    assert run(file(cases), RULES, compat=True).passed == compat


@pytest.mark.parametrize(
    ("test", "message"),
    [
        ("rule_files: [r*.yaml]\ntests: [{}]", "test.yml:1: `r*.yaml` matches no rule file"),
        ("rule_files: [rules.yml]", "has no `tests`"),
        ("rule_files: [rules.yml]\ntests: [{}]", "the test has no cases"),
    ],
)
def test_what_cannot_fail_is_refused_unless_promtool_is_followed(
    run: Run, test: str, message: str
) -> None:
    result = run(test, RULES)

    said = [result.unreadable, *(problem for test in result.tests for problem in test.problems)]
    assert message in "".join(said)
    assert run(test, RULES, compat=True).passed


def test_ten_thousand_samples_are_no_limit(run: Run) -> None:
    case = """
    promql_expr_test:
      - {expr: 'count_over_time(up[20000s])', eval_time: 20000s, exp_samples: [{labels: '{job="a"}', value: 20000}]}
    """
    test = file(case, values="1x20000", top="evaluation_interval: 20000s").replace(
        "- input_series", "- interval: 1s\n    input_series"
    )

    assert run(test, RULES).passed


def test_groups_without_an_order_see_what_others_write(run: Run) -> None:
    rules = """
    groups:
      - {name: reader, rules: [{record: copy, expr: original}]}
      - {name: writer, rules: [{record: original, expr: up}]}
    """
    case = """
    promql_expr_test:
      - {expr: copy, eval_time: 3m, exp_samples: [{labels: 'copy{job="a"}', value: 3}]}
    """

    assert run(file(case, values="0+1x9"), rules).passed
