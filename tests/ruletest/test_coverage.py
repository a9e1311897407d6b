"""Coverage: what of the rules no test exercised, in words, at the place that it is about."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest
from click.testing import CliRunner, Result

from mixwright.cli import mixwright

Cover = Callable[..., list[str]]

ALERT = """
groups:
  - name: g
    rules:
      - alert: A
        expr: EXPR
        for: 2m
        keep_firing_for: 3m
        labels: {plain: x, shown: "{{ $value }}"}
        annotations: {summary: s}
"""
RECORD = """
groups:
  - name: g
    rules: [{record: r, expr: EXPR}]
"""


@pytest.fixture
def cover(tmp_path: Path) -> Cover:
    """Return a function from an expression, series and cases to what is missing."""

    def cover(
        expr: str, series: dict[str, str], *, rule: str = RECORD, cases: str = "", at: str = "9m"
    ) -> list[str]:
        (tmp_path / "rules.yml").write_text(rule.replace("EXPR", json.dumps(expr)))
        given = [{"series": name, "values": values} for name, values in series.items()]
        last = (
            f"promql_expr_test: [{{expr: vector(1), eval_time: {at}, exp_samples: [{{value: 1}}]}}]"
        )
        (tmp_path / "test.yml").write_text(
            "rule_files: [rules.yml]\ntests:\n"
            f"  - input_series: {json.dumps(given)}\n    {cases or last}\n"
        )
        result = call("--format", "json", str(tmp_path / "test.yml"))
        (found,) = json.loads(result.output)["coverage"]["rules"]
        lines = []
        for missing in found["missing"]:
            marked = [found["expr"][start:end] for start, end in missing["spans"]]
            lines.append(" ".join([*(f"[{part}]" for part in marked), missing["message"]]))
        return lines

    return cover


def call(*args: str) -> Result:
    return CliRunner().invoke(mixwright, ["test", "--coverage", *args])


@pytest.mark.parametrize(
    ("expr", "series", "missing"),
    [
        ("x > 5", {"x": "1x4 9x4"}, []),
        ("x > 5", {"x": "9x9"}, ["[> 5] never false"]),
        ("x > 5", {"x": "1x9"}, ["[> 5] never true", "it never wrote a series"]),
        ("x > bool 5", {"x": "9x9"}, ["[> bool 5] never false"]),
        ("5 < x", {"x": "9x9"}, ["[<] never false"]),
        ("x and y", {"x": "1x9", "y": "1x9"}, ["[and] `and` never held a value of its left side back"]),
        ("x and y", {"x": "1x9", "y": "_x7 1"}, []),
        (
            "x and on () y",
            {'x{a="b"}': "1x9"},
            [
                "[and on ()] `and` never let a value of its left side through",
                "it never wrote a series",
            ],
        ),
        (
            "x unless y",
            {"x": "1x9"},
            ["[unless] `unless` never held a value of its left side back"],
        ),
        (
            "x or y",
            {"x": "1x9", "y": "1x9"},
            ["[y] the right side of `or` never added a value"],
        ),
        ("x or y", {"y": "1x9"}, ["[x] the left side of `or` never had a value"]),
        ("x or y", {"x": "1x9", 'y{a="b"}': "1x9"}, []),
        ("absent(x)", {"x": "1x9"}, ["[absent(x)] `absent` never found it absent", "it never wrote a series"]),
        (
            "absent_over_time(x[1m])",
            {"y": "1"},
            ["[absent_over_time(x[1m])] `absent_over_time` never found it present"],
        ),
        ("sum(x > 1) / sum(x) > 0.5", {"x": "1x3 9x3"}, ["[> 0.5] never false"]),
        ("(x > 1) + (x > 1)", {"x": "9x9"}, ["[> 1] [> 1] never false"]),
    ],
)  # fmt: skip
def test_both_outcomes_of_a_condition_are_wanted(
    cover: Cover, expr: str, series: dict[str, str], missing: list[str]
) -> None:
    assert missing == cover(expr, series)


CASE = "alert_rule_test: [{eval_time: 5m, alertname: A, exp_alerts: [{exp_labels: {plain: x}}]%s}]"
FIRES, EXACT = CASE % ", mixwright: {match: partial}", CASE % ""
PENDING, KEPT = "it was never pending, for less than 2m", "it never kept firing for 3m"
LABEL = "no alert with its label `shown` was looked at"
SUMMARY = "no alert with its annotation `summary` was looked at"


@pytest.mark.parametrize(
    ("values", "at", "missing"),
    [
        ("0x9", "9m", [PENDING, "it never fired", KEPT, "it never resolved"]),
        ("0 1 0x9", "9m", ["it never fired", KEPT, "it never resolved"]),
        ("0 1x9", "9m", [KEPT, "it never resolved"]),
        ("1x9", "9m", ["it was never inactive", KEPT, "it never resolved"]),
        ("0 1x3 0x9", "5m", ["it never resolved"]),
        ("0 1x3 0x9", "9m", []),
    ],
)
def test_all_states_are_wanted(cover: Cover, values: str, at: str, missing: list[str]) -> None:
    found = cover("x == 1", {"x": values}, rule=ALERT, at=at)

    assert missing == [line for line in found if line.startswith("it ")]


@pytest.mark.parametrize(
    ("cases", "missing"), [("", [LABEL, SUMMARY]), (FIRES, [LABEL, SUMMARY]), (EXACT, [])]
)
def test_texts_count_when_a_case_compares_them(
    cover: Cover, cases: str, missing: list[str]
) -> None:
    found = cover("x == 1", {"x": "0 1x9"}, rule=ALERT, cases=cases)

    assert missing == [line for line in found if line.startswith("no ")]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "rules.yml").write_text(
        dedent("""
        groups:
          - name: g
            rules:
              - {alert: Full, expr: "free / size < 0.1 and size > 0"}
              - {alert: Untested, expr: other}
        """)
    )
    (tmp_path / "test.yml").write_text(
        dedent("""
        rule_files: [rules.yml]
        tests:
          - input_series:
              - {series: free, values: 5}
              - {series: size, values: 100}
            alert_rule_test: [{alertname: Full, exp_alerts: [{}]}]
        """)
    )
    return tmp_path


def test_what_is_missing_is_shown_with_carets(folder: Path) -> None:
    result = call("test.yml")

    assert result.exit_code == 0
    assert result.output.splitlines()[1:] == [
        "rules.yml:5: alert `Full`: 4 of 9",
        "  free / size < 0.1 and size > 0",
        "                    ^^^",
        "  `and` never held a value of its left side back",
        "  free / size < 0.1 and size > 0",
        "              ^^^^^",
        "  never false",
        "  free / size < 0.1 and size > 0",
        "                             ^^^",
        "  never false",
        "  it was never inactive",
        "  it never resolved",
        "rules.yml:6: alert `Untested`: 0 of 3",
        "  nothing gives it anything to work on",
        "coverage 33.3 %: 4 of 12 outcomes, states and texts of 2 rules",
    ]


@pytest.mark.parametrize(("least", "status"), [("33", 0), ("34", 1)])
def test_too_little_coverage_fails(folder: Path, least: str, status: int) -> None:
    assert status == call("test.yml", "--fail-under", least).exit_code


def test_fail_under_alone_is_about_nothing(folder: Path) -> None:
    result = CliRunner().invoke(mixwright, ["test", "test.yml", "--fail-under", "5"])

    assert (2, True) == (result.exit_code, "`--fail-under` is about" in result.output)


def test_a_recording_exercises_rules_too(recording: Path, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(
        "groups: [{name: g, interval: 30s, rules: [{alert: Gone, expr: up == 0}, {alert: Big, expr: up > 1}]}]"
    )
    result = CliRunner().invoke(
        mixwright,
        [
            "backtest",
            str(tmp_path / "rules.yaml"),
            "-r",
            str(recording),
            "--coverage",
            "--format",
            "json",
        ],
    )

    assert result.exit_code == 0, result.output
    gone, big = json.loads(result.stdout)["coverage"]["rules"]
    assert [] == gone["missing"]
    assert ["never true", "it never fired", "it never resolved"] == [
        missing["message"] for missing in big["missing"]
    ]
