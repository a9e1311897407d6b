"""Mutation: wrong rules that tests let live are listed, those that tests find are not."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import dedent

import attrs
import pytest
from click.testing import CliRunner, Result

from mixwright.cli import mixwright
from mixwright.promql import parse
from mixwright.replay.rules import Group, Rule
from mixwright.rulefiles import ForeignRecording, read_rule_file
from mixwright.ruletest.mutants import mutants
from mixwright.ruletest.mutation import mutate
from mixwright.ruletest.run import Bench
from mixwright.ruletest.sources import RuleSources
from mixwright.values import Origin


@pytest.mark.parametrize(
    ("expr", "changes"),
    [
        ("x > 5", {"x < 5": "> → <", "x > 10": "5 → 10", "x > 2.5": "5 → 2.5"}),
        ("x == 0", {"x != 0": "== → !=", "x == 1": "0 → 1", "x == -1": "0 → -1"}),
        ("rate(x[4m])", {"rate(x[8m])": "[4m] → [8m]", "rate(x[2m])": "[4m] → [2m]"}),
        (
            'x{a="1",b=~"2"}',
            {
                'x{b=~"2"}': 'without a="1"',
                'x{a!="1",b=~"2"}': 'a="1" → a!="1"',
                'x{a="1"}': 'without b=~"2"',
                'x{a="1",b!~"2"}': 'b=~"2" → b!~"2"',
            },
        ),
        # Prometheus refuses a selector that may select everything.
        ('{a="1"}', {}),
        ("x offset 5m", {"x": "without offset 5m"}),
        (
            "sum by (a, b) (x)",
            {
                "avg by (a, b) (x)": "sum → avg",
                "sum by (b) (x)": "by (b), no a",
                "sum by (a) (x)": "by (a), no b",
            },
        ),
        ("x and y", {"x or y": "and → or", "x unless y": "and → unless"}),
        (
            "x * on (a) group_left (b) y",
            {
                "x * on () group_left (b) y": "on (), no a",
                "x * on (a) group_left () y": "group_left (), no b",
            },
        ),
        (
            "x > 5 or x > 5",
            {
                "x > 5 and x > 5": "or → and",
                "x > 5 unless x > 5": "or → unless",
                "x < 5 or x > 5": "> → <",
                "x > 10 or x > 5": "5 → 10",
                "x > 2.5 or x > 5": "5 → 2.5",
                "x > 5 or x < 5": "> → < (2)",
                "x > 5 or x > 10": "5 → 10 (2)",
                "x > 5 or x > 2.5": "5 → 2.5 (2)",
            },
        ),
    ],
)
def test_an_expression_is_changed_in_one_place(expr: str, changes: dict[str, str]) -> None:
    rule = ForeignRecording(name="r", expr=parse(expr), labels={}, origin=Origin("f", 1))

    found = {str(mutant.changed.expr): mutant.change for mutant in mutants(rule)}

    assert changes == found
    assert all(
        parse(text) == mutant.changed.expr
        for text, mutant in zip(found, mutants(rule), strict=True)
    )


def test_times_and_labels_of_an_alert_are_changed(tmp_path: Path) -> None:
    path = tmp_path / "rules.yml"
    path.write_text(
        "groups: [{name: g, rules: [{alert: A, expr: x, for: 5m, keep_firing_for: 1m, labels: {a: b}}]}]"
    )
    ((rule,),) = (group.rules for group in read_rule_file(path))

    assert [
        "for: 5m → 0s",
        "for: 5m → 10m",
        "keep_firing_for: 1m → 0s",
        "keep_firing_for: 1m → 2m",
        "without label a",
    ] == [mutant.change for mutant in mutants(rule)]


RULES = """
groups:
  - name: g
    rules:
      - record: job:errors:ratio
        expr: sum by (job) (rate(errors{code=~"5.."}[5m])) / sum by (job) (rate(requests[5m]))
      - {record: total, expr: '(total or vector(0)) + 1'}
      - alert: ErrorsHigh
        expr: 'job:errors:ratio > 0.1 and on (job) requests > 100'
        for: 2m
        labels: {severity: page}
        annotations: {summary: "{{ $value | humanizePercentage }}"}
      - alert: Quiet
        expr: absent(requests) or sum by (job) (requests) == 0
      - {alert: Meta, expr: 'ALERTS{alertname="ErrorsHigh",alertstate="firing"}', labels: {severity: info}}
      - {alert: Unread, expr: 'requests < 3'}
      - {record: unread, expr: 'requests * 2'}
  - name: untested
    rules: [{alert: Untested, expr: other > 1, for: 5m}]
"""
TESTS = """
rule_files: [rules.yml]
tests:
  - name: errors
    input_series:
      - {series: 'errors{job="a",code="500"}', values: 0+20x15}
      - {series: 'errors{job="a",code="404"}', values: 0+90x15}
      - {series: 'requests{job="a"}', values: 100+100x15}
    alert_rule_test:
      - eval_time: 5m
        alertname: ErrorsHigh
        exp_alerts:
          - {exp_labels: {severity: page, job: a}, exp_annotations: {summary: 20%}}
      - {eval_time: 2m, alertname: ErrorsHigh}
      - eval_time: 5m
        alertname: Meta
        exp_alerts: [{exp_labels: {severity: info, job: a, alertstate: firing}}]
    promql_expr_test:
      - {expr: total, eval_time: 5m, exp_samples: [{labels: total, value: 6}]}
  - name: quiet
    alert_rule_test:
      - {eval_time: 1m, alertname: Quiet, exp_alerts: [{}]}
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "rules.yml").write_text(dedent(RULES))
    (tmp_path / "test.yml").write_text(dedent(TESTS))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*args: str) -> Result:
    return CliRunner().invoke(mixwright, ["test", "test.yml", "--mutate", *args])


@attrs.frozen
class Changed:
    """Rule sources with one rule exchanged for another."""

    rule: Rule
    other: Rule
    sources: RuleSources

    def of(self, file: object) -> Mapping[str, Sequence[Group]]:
        return {
            name: [
                attrs.evolve(
                    group, rules=tuple(self.other if r is self.rule else r for r in group.rules)
                )
                for group in groups
            ]
            for name, groups in self.sources.of(file).items()  # type: ignore[arg-type]
        }


def unequal(path: Path, every: int = 1) -> list[tuple[str, str, str]]:
    """Return the mutants of a file for which `mutate` says anything else than running all tests on each does."""
    numbered = [
        (place, number, rule.rule.name, fate)
        for place, rule in enumerate(mutate([path]).rules)
        if rule.exercised
        for number, fate in enumerate(rule.fates)
    ][::every]
    assert len({bool(fate.found_by) for *_, fate in numbered}) == 2
    return [
        (name, fate.mutant.change, fate.found_by)
        for place, number, name, fate in numbered
        if bool(fate.found_by) != found_by_brute_force(path, place, number)
    ]


def found_by_brute_force(path: Path, place: int, number: int) -> bool:
    sources = RuleSources()
    rule = Bench.of(path, sources).rules.rules[place]
    mutant = mutants(rule)[number]
    bench = Bench.of(path, Changed(rule, mutant.changed, sources))  # type: ignore[arg-type]
    return not all(bench.run(test, name).passed for name, test in bench.named())


def test_mutants_are_found_as_if_every_test_were_run_on_each(folder: Path) -> None:
    assert [] == unequal(folder / "test.yml")


@pytest.mark.slow
def test_foreign_mutants_are_found_as_if_every_test_were_run_on_each(shared: Path) -> None:
    folder = shared / "conformance" / "kubernetes-mixin" / "tests"

    assert [] == unequal(folder / "kubelet-test.yaml", every=3)


def test_survivors_are_shown_as_a_difference(folder: Path) -> None:
    output = call().output

    assert "rules.yml:8: alert `ErrorsHigh`: 6 of 12 mutants survive" in output
    lines = output.splitlines()
    at = lines.index("  on (), no job")
    assert [
        "    - job:errors:ratio > 0.1 and on (job) requests > 100",
        "    + job:errors:ratio > 0.1 and on () requests > 100",
    ] == lines[at + 1 : at + 3]
    assert "alert `Untested`: no test is about it" in output
    # What the test holds.
    for change in ("for: 2m → 0s", "without label severity", "[5m] → [10m]"):
        assert change not in output
    assert lines[-1].startswith("mutants ")


def test_too_few_found_mutants_fail(folder: Path) -> None:
    percent = json.loads(call("--format", "json").output)["mutation"]["percent"]

    assert 0 == call("--fail-under", str(percent - 1)).exit_code
    assert 1 == call("--fail-under", str(percent + 1)).exit_code


def test_equivalent_mutants_do_not_count(folder: Path) -> None:
    before = json.loads(call("--format", "json").output)["mutation"]
    test = folder / "test.yml"
    excuse = "{rule: ErrorsHigh, change: 'on (), no job', reason: there is one job only}"
    test.write_text(f"mixwright: {{equivalent: [{excuse}]}}\n{test.read_text()}")

    result = call("--format", "json")

    assert 0 == result.exit_code
    after = json.loads(result.output)["mutation"]
    assert (before["mutants"] - 1, before["found"]) == (after["mutants"], after["found"])
    assert ["there is one job only"] == [
        mutant["equivalent"]
        for rule in after["rules"]
        for mutant in rule["mutants"]
        if mutant["equivalent"]
    ]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("0.1 → 7", "test.yml:1: `ErrorsHigh` has no mutant `0.1 → 7`"),
        (
            "for: 2m → 0s",
            "test.yml:1: mutant `for: 2m → 0s` of `ErrorsHigh` is not equivalent, "
            "`test.yml: errors` finds it",
        ),
    ],
)
def test_an_excuse_that_nothing_needs_is_an_error(
    folder: Path, change: str, complaint: str
) -> None:
    test = folder / "test.yml"
    excuse = f"{{rule: ErrorsHigh, change: '{change}', reason: x}}"
    test.write_text(f"mixwright: {{equivalent: [{excuse}]}}\n{test.read_text()}")

    result = call()

    assert 1 == result.exit_code
    assert complaint in result.output


def test_a_test_that_fails_finds_nothing(folder: Path) -> None:
    test = folder / "test.yml"
    test.write_text(test.read_text().replace("summary: 20%", "summary: 30%"))

    rules = json.loads(call("--format", "json").output)["mutation"]["rules"]

    found = {rule["name"] for rule in rules for m in rule["mutants"] if m["found_by"]}
    assert {"Quiet"} == found
