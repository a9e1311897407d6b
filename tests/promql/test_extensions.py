"""What promql-parser does not know is read all the same, and printed so that it can be read again."""

from __future__ import annotations

import pytest

from mixwright.errors import PromQLError
from mixwright.promql import Binary, Call, Range, Selector, Subquery, parse
from mixwright.promql.durations import QueryDuration, QueryTimes, duration_seconds
from mixwright.values import Duration, Matcher, MatchOp


@pytest.mark.parametrize(
    "text",
    [
        "a </ 3 == b >/ 2",
        "(a == b) </ c",
        "rate(m[5m] anchored)",
        "rate(m[5m] smoothed offset 2m)",
        "m @ 3.000 offset -1m smoothed",
        'info(m, {version=~".*"})',
        "rate(m[max_of(step(), 1m)])",
        "sum_over_time(m[5m:step()] offset (step() * 2))",
        "m @ -3.000",
    ],
)
def test_printing_and_reading_again_gives_the_same_tree(text):
    assert parse(str(parse(text))) == parse(text)


def test_trim_operators_are_told_from_equality_in_reading_order():
    tree = parse("a == b </ c == d >/ e")
    operators = []
    while isinstance(tree, Binary):
        operators.append(tree.op)
        tree = tree.left
    assert operators == [">/", "==", "</", "=="]


def test_a_reach_belongs_to_the_selector_and_leaves_its_offset():
    selector = Selector("m", offset=Duration(120_000), reach="anchored")
    tree = parse("rate(m[5m] anchored offset 2m)")
    assert tree == Call("rate", (Range(selector, Duration(300_000)),))


def test_the_offset_may_stand_before_the_reach():
    assert parse("m offset -100 smoothed") == Selector(
        "m", offset=Duration(-100_000), reach="smoothed"
    )


def test_a_label_may_be_called_like_a_modifier():
    assert parse('m{offset="1"}') == Selector("m", (Matcher("offset", MatchOp.EQUAL, "1"),))


def test_a_constant_duration_is_computed():
    assert parse("m[5m + 30s]") == Range(Selector("m"), Duration(330_000))
    assert parse("m offset (2 ^ 2)") == Selector("m", offset=Duration(4_000))
    assert parse("m offset -2 ^ 2") == Binary("^", parse("m offset -2"), parse("2"))


def test_a_literal_is_rounded_and_an_expression_cut_off():
    assert parse("m offset 1s1ms") == Selector("m", offset=Duration(1_001))
    assert parse("m[1s + 1ms]") == Range(Selector("m"), Duration(1_000))


def test_a_duration_of_the_query_waits_for_it():
    tree = parse("m[5m:step() + 1]")
    assert isinstance(tree, Subquery)
    assert tree.step == QueryDuration(0, "step() + 1")
    assert duration_seconds("step() + 1", QueryTimes(60, 3600)) == 61


@pytest.mark.parametrize("text", ["1 +", "(1", "1 / 0", "step()", "min_of(1)", "5 m", "2q"])
def test_what_is_no_duration_is_refused(text):
    with pytest.raises(PromQLError):
        duration_seconds(text)


def test_bytes_that_are_not_utf8_are_refused():
    with pytest.raises(PromQLError, match="UTF-8"):
        parse('label_replace(m, "\\xff", "", "src", "")')
    assert parse('"\\xc3\\xa9"') is not None
