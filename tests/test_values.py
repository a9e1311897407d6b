"""Durations, labels, matchers and origins."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixwright.errors import DefinitionError
from mixwright.values import Duration, Labels, Matcher, MatchOp, quote


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("30s", "30s"),
        ("90m", "1h30m"),
        ("36h", "1d12h"),
        ("24h", "1d"),
        ("7d", "1w"),
        ("365d", "1y"),
        ("0", "0s"),
        ("1500ms", "1s500ms"),
        ("-5m", "-5m"),
    ],
)
def test_durations_are_printed_as_prometheus_prints_them(text: str, canonical: str) -> None:
    assert str(Duration.parse(text)) == canonical


@given(st.integers(-(10**13), 10**13))
def test_a_printed_duration_reads_back(ms: int) -> None:
    assert Duration.parse(str(Duration(ms))) == Duration(ms)


@pytest.mark.parametrize("text", ["", "5 minutes", "5", "1m1h", "m", "1.5h"])
def test_what_is_not_a_duration_is_refused(text: str) -> None:
    with pytest.raises(DefinitionError, match="is not a duration; write `30s`"):
        Duration.parse(text)


def test_a_label_with_an_empty_value_is_not_there() -> None:
    assert Labels({"a": "", "b": "1"}) == Labels({"b": "1"})
    assert Labels({"a": "1"}).with_({"a": ""}) == Labels()


def test_labels_are_printed_as_prometheus_prints_a_series() -> None:
    assert str(Labels({"__name__": "up", "job": 'a"b', "x.y": "1"})) == r'up{job="a\"b", "x.y"="1"}'
    assert str(Labels({"__name__": "a.b"})) == '{"a.b"}'
    assert str(Labels()) == "{}"


@given(st.dictionaries(st.text(min_size=1), st.text()))
def test_equal_labels_have_equal_hashes_whatever_the_order(labels: dict[str, str]) -> None:
    backwards = dict(reversed(list(labels.items())))

    assert Labels(labels) == Labels(backwards)
    assert hash(Labels(labels)) == hash(Labels(backwards))


@pytest.mark.parametrize(
    ("op", "pattern", "value", "expected"),
    [
        (MatchOp.REGEX, "a|b", "b", True),
        (MatchOp.REGEX, "a|b", "ab", False),
        (MatchOp.REGEX, "a.c", "a\nc", True),
        (MatchOp.REGEX, "", "", True),
        (MatchOp.NOT_REGEX, "a.*", "abc", False),
        (MatchOp.NOT_REGEX, ".+", "", True),
        (MatchOp.EQUAL, "a", "a", True),
        (MatchOp.NOT_EQUAL, "a", "a", False),
    ],
)
def test_matchers_are_anchored(op: MatchOp, pattern: str, value: str, expected: bool) -> None:
    assert Matcher("x", op, pattern).matches(value) is expected


def test_a_hostile_regular_expression_takes_linear_time() -> None:
    assert not Matcher("x", MatchOp.REGEX, "(a+)+b").matches("a" * 50_000)


def test_control_characters_are_escaped() -> None:
    assert quote('a"\\\n\x01') == r'"a\"\\\n\x01"'
