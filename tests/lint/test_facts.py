"""What checks know about expressions and templates without data: bounds, conditions, dimensions, names."""

from __future__ import annotations

from math import inf

import pytest

from mixwright.dashboardfiles import mentioned
from mixwright.lint import template
from mixwright.lint.conditions import always_returns, unconditional
from mixwright.promql import parse
from mixwright.promql.dimension import dimension
from mixwright.promql.valueflow import Bounds, bounds, constant, never_true


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("2", 2, 2),
        ("-2", -2, -2),
        ("queue_length", -inf, inf),
        ("up", 0, 1),
        ("requests_total", 0, inf),
        ("-up", -1, 0),
        ("1 - up", 0, 1),
        ("up * 100", 0, 100),
        ("up * -100", -100, 0),
        ("up / -2", -0.5, 0),
        ("queue_length / up", -inf, inf),
        ("count(queue_length)", 1, inf),
        ("group(queue_length)", 1, 1),
        ("avg(up)", 0, 1),
        ("sum(up)", 0, inf),
        ("sum(up - 2)", -inf, -1),
        ("sum(up - 0.5)", -inf, inf),
        ("sum(up + 2)", 2, inf),
        ("quantile(0.5, up)", 0, 1),
        ("quantile(2, up)", -inf, inf),
        ("stddev(up)", 0, inf),
        ("rate(requests_total[5m])", 0, inf),
        ("deriv(queue_length[5m])", -inf, inf),
        ("avg_over_time(up[5m])", 0, 1),
        ("sum_over_time(up[5m])", 0, inf),
        ("quantile_over_time(0.9, up[5m])", 0, 1),
        ("max_over_time((up * 3)[5m:])", 0, 3),
        ("count_over_time(up[5m])", 1, inf),
        ("absent(up)", 1, 1),
        ("day_of_week()", 0, 6),
        ("abs(up - 0.75)", 0, 0.75),
        ("abs(up + 1)", 1, 2),
        ("floor(up / 2)", 0, 0),
        ("ceil(queue_length)", -inf, inf),
        ("clamp_min(queue_length, 1)", 1, inf),
        ("clamp_max(queue_length, 1)", -inf, 1),
        ("clamp(queue_length, 1, 5)", 1, 5),
        ("queue_length > 3", 3, inf),
        ("3 > queue_length", -inf, 3),
        ("queue_length <= 3", -inf, 3),
        ("queue_length > bool 3", 0, 1),
        ("up or vector(5)", 0, 5),
        ("up unless queue_length", 0, 1),
        ("up and queue_length", 0, 1),
        ("up + on (job) fill (9) up", -inf, inf),
        ("vector(1) - vector(1)", 0, 0),
        ('sum by (job) (rate(a_total{c="5"}[5m])) / sum by (job) (rate(a_total[5m]))', 0, 1),
        ('sum by (job) (rate(a_total{c="5"}[5m])) / sum(rate(a_total[5m]))', 0, inf),
        ('sum(rate(a_total[5m])) / sum(rate(a_total{c="5"}[5m]))', 0, inf),
        ('sum(rate(a_total{c="5"}[1h])) / sum(rate(a_total[5m]))', 0, inf),
        ('sum(rate(b_total{c="5"}[5m])) / sum(rate(a_total[5m]))', 0, inf),
    ],
)
def test_values_lie_within_bounds(text: str, low: float, high: float) -> None:
    assert bounds(parse(text)) == Bounds(low, high)


@pytest.mark.parametrize(
    ("text", "never"),
    [
        ("up > 1", True),
        ("up > 0.99", False),
        ("up >= 1", False),
        ("up >= 1.01", True),
        ("up < 0", True),
        ("up <= 0", False),
        ("up <= -0.1", True),
        ("up == 2", True),
        ("up == 1", False),
        ("up == -1", True),
        ("up != 1", False),
        ("queue_length > 1e99", False),
    ],
)
def test_a_comparison_outside_the_bounds_is_never_true(text: str, never: bool) -> None:
    comparison = parse(text)

    assert never_true(comparison.op, bounds(comparison.left), bounds(comparison.right)) is never


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2 * 3", 6),
        ("-vector(2)", -2),
        ("scalar(vector(4)) / 2", 2),
        ("up", None),
        ("time()", None),
    ],
)
def test_constants_are_folded(text: str, value: float | None) -> None:
    assert constant(parse(text)) == value


@pytest.mark.parametrize(
    "text",
    [
        "up == 0",
        "sum(up == 0)",
        "abs(up == 0) * 2",
        "2 * (up == 0)",
        "absent(up)",
        "up and down",
        "up unless down",
        "up == 0 or absent(up)",
        "known:problem:count",
        "max_over_time(known:problem:count[5m])",
        'ALERTS{alertname="A"}',
        "max_over_time((up == 0)[5m:])",
        "(up == 0) > bool 0",
    ],
)
def test_an_expression_with_a_condition_has_no_unconditional_part(text: str) -> None:
    assert unconditional(parse(text), frozenset({"known:problem:count"})) is None


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("up", "up"),
        ("sum(up)", "sum(up)"),
        ("up == bool 0", "up == bool 0"),
        ("up == 0 or down", "down"),
        ("down or up == 0", "down"),
        ("rate(x[5m]) / rate(y[5m])", "rate(x[5m]) / rate(y[5m])"),
        ("vector(1)", "vector(1)"),
    ],
)
def test_the_part_without_a_condition_is_named(text: str, part: str) -> None:
    assert str(unconditional(parse(text))) == part


@pytest.mark.parametrize(
    ("text", "always"),
    [
        ("vector(0)", True),
        ("sum(vector(0))", True),
        ("sum(up) or vector(0)", True),
        ("vector(0) + vector(1)", True),
        ("vector(0) > bool 1", True),
        ("label_replace(vector(0), 'a', 'b', '', '')", True),
        ("time()", True),
        ("scalar(up)", True),
        ("vector(scalar(up))", True),
        ("up", False),
        ("vector(0) > 1", False),
        ("vector(0) + up", False),
        ("vector(0) unless up", False),
        ("absent(up)", False),
        ("rate(up[5m])", False),
    ],
)
def test_it_is_known_what_returns_something_without_data(text: str, always: bool) -> None:
    assert always_returns(parse(text)) is always


@pytest.mark.parametrize(
    ("text", "measured"),
    [
        ("free_bytes", "bytes"),
        ("sum by (job) (free_bytes)", "bytes"),
        ("rate(sent_bytes_total[5m])", "bytes per second"),
        ("increase(sent_bytes_total[5m])", "bytes"),
        ("rate(cpu_seconds_total[5m])", "ratio"),
        ("free_bytes / size_bytes", "ratio"),
        ("1 - free_bytes / size_bytes", "ratio"),
        ("free_bytes / 1024", None),
        ("free_bytes * 8", None),
        ("free_bytes / age_seconds", None),
        ("free_bytes > 5", "bytes"),
        ("5 < free_bytes", "bytes"),
        ("free_bytes > bool 5", None),
        ("free_bytes or size_bytes", "bytes"),
        ("free_bytes or age_seconds", None),
        ("histogram_quantile(0.9, sum by (le) (rate(age_seconds_bucket[5m])))", "seconds"),
        ("quantile_over_time(0.9, age_seconds[5m])", "seconds"),
        ("count(free_bytes)", None),
        ("boot_timestamp_seconds", None),
        ("job:free_bytes:sum", None),
        ("queue_length", None),
    ],
)
def test_metric_names_tell_what_is_measured(text: str, measured: str | None) -> None:
    assert dimension(parse(text)) == measured


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("{{ $labels.a }} {{$labels.b | title}} {{ $labels.a }}", ("a", "b")),
        ('{{ index $labels "a.b" }}{{ index $labels "c" }}', ("c",)),
        ("{{ .Labels.a }}", ("a",)),
        ("{{ range query `up` }}{{ .Labels.a }}{{ $labels.b }}{{ end }}", ("b",)),
        ("{{ (index (query `up`) 0).Labels.a }}", ()),
        ("$labels.a outside of an action", ()),
    ],
)
def test_templates_name_labels(text: str, names: tuple[str, ...]) -> None:
    assert template.labels(text) == names


@pytest.mark.parametrize(
    ("text", "action"),
    [
        ("is {{ $value }}", "{{ $value }}"),
        ("is {{- .Value -}} now", "{{- .Value -}}"),
        ("is {{ $value | humanize }}", None),
        ('is {{ printf "%.2f" $value }}', None),
        ("{{ with query `up` }}{{ .Value }}{{ end }}", None),
        ("{{ if gt $value 5.0 }}much{{ end }}", None),
    ],
)
def test_a_bare_value_is_seen(text: str, action: str | None) -> None:
    assert template.bare_value(text) == action


def test_variables_are_mentioned_in_three_ways() -> None:
    assert mentioned("$a ${b:regex} [[c]] $__rate_interval $1 a$ $a") == ("a", "b", "c")
