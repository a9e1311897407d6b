"""PromQL with dashboard variables in it: put aside, parsed, and put back."""

from __future__ import annotations

import pytest

from mixwright.dashboardfiles import Parsed, parse_query
from mixwright.errors import PromQLError
from mixwright.promql import Call, walk

VALUES = {"Inactive": "or", "agg": "max", "n": "5"}


@pytest.mark.parametrize(
    "text",
    [
        'up{job=~"$job",cluster="[[cluster]]"}',
        "rate(a_total[$__rate_interval])",
        "rate(a_total[${window:text}])",
        "max_over_time(a[$__range:$__interval])",
        "rate(a_total[$__rate_interval] offset $shift)",
        "sum by (${group}) (up)",
        "sum by ($a, ${b}) (up)",
        "topk($n, up)",
        "up > $limit",
        '$metric{a="b"}',
        "node_${kind}_total",
        'up{a="b",$filter}',
    ],
)
def test_variables_come_back_where_they_were(text: str) -> None:
    parsed = parse_query(text, VALUES)

    assert isinstance(parsed, Parsed)
    assert parsed.shown() == text


def test_places_are_those_of_the_text_that_is_shown() -> None:
    parsed = parse_query("sum by ($group) (rate(a_total[$__rate_interval]))", {})
    assert isinstance(parsed, Parsed)
    (call,) = walk(parsed.expr, Call)

    spanned = parsed.shown_with_spans(parsed.expr)

    ((start, end),) = [(start, end) for node, start, end in spanned.spans if node is call]
    assert spanned.text[start:end] == "rate(a_total[$__rate_interval])"


def test_an_operator_or_a_function_is_what_is_chosen() -> None:
    assert isinstance(parse_query("a $Inactive b", VALUES), Parsed)
    assert isinstance(parse_query("$agg by (x) (a)", VALUES), Parsed)
    assert isinstance(parse_query("${agg}(a)", VALUES), Parsed)


def test_a_window_of_seconds_may_be_a_variable() -> None:
    assert isinstance(parse_query("rate(a[${__range_s}s])", {}), Parsed)


def test_what_is_not_promql_is_an_error_in_the_words_of_the_query() -> None:
    refused = parse_query("rate(a * 8[$__rate_interval])", {})

    assert isinstance(refused, PromQLError)
    assert "240007" not in str(refused)
