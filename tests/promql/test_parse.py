"""PromQL text to tree and back."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from mixwright.errors import MixwrightError, PromQLError
from mixwright.promql import (
    Aggregate,
    At,
    Binary,
    Call,
    Cardinality,
    Expr,
    Matching,
    Negation,
    Number,
    Range,
    Selector,
    String,
    Subquery,
    parse,
    unparse,
    unparse_with_spans,
)
from mixwright.values import Duration, Matcher, MatchOp


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("-a^2", "-a ^ 2"),
        ("(-a)^2", "(-a) ^ 2"),
        ("2^3^2", "2 ^ 3 ^ 2"),
        ("(2^3)^2", "(2 ^ 3) ^ 2"),
        ("a-(b-c)", "a - (b - c)"),
        ("(a or b) and c", "(a or b) and c"),
        ("a or (b and c)", "a or b and c"),
        ("sum(a) by (b)", "sum by (b) (a)"),
        ("sum without () (a)", "sum without () (a)"),
        ("a[5m] offset -1h", "a[5m] offset -1h"),
        ("a @ end() offset 5m", "a @ end() offset 5m"),
        ("(a + b)[1h:5m]", "(a + b)[1h:5m]"),
        ("a / on(x) group_left(y) b", "a / on (x) group_left (y) b"),
        ("a and on() b", "a and on () b"),
        ("1 == bool 2", "1 == bool 2"),
        (r"a{b=~`\d+`}", r'a{b=~"\\d+"}'),
        ("0x1F", "31"),
        ("1e-7 * a", "1e-07 * a"),
        ("-Inf", "-Inf"),
        ("a # why", "a"),
    ],
)
def test_canonical_text(text: str, canonical: str) -> None:
    assert unparse(parse(text)) == canonical


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "rate(a)",
            "`rate(a)` is not PromQL: expected type matrix in call to function 'rate', got vector",
        ),
        ("raet(a[5m])", "did you mean `rate`?"),
        ("holt_winters(a[5m], 0.1, 0.1)", "Prometheus 3 calls it `double_exponential_smoothing`"),
        ("rate(a[5m", "unexpected end of input"),
        ('{a="x" or b="y"}', "joins matchers with `or`, which is MetricsQL"),
        ("1 > 2", "comparisons between scalars must use BOOL modifier"),
        ("", "no expression found"),
    ],
)
def test_what_prometheus_refuses_is_refused(text: str, message: str) -> None:
    with pytest.raises(PromQLError) as caught:
        parse(text)

    assert message in str(caught.value)


def test_the_caret_stands_under_the_word_that_is_wrong() -> None:
    with pytest.raises(PromQLError) as caught:
        parse("sum(raet(a[5m]))")

    assert str(caught.value).splitlines()[1:] == ["  sum(raet(a[5m]))", "      ^^^^"]


def test_a_regular_expression_that_re2_lacks_is_named() -> None:
    with pytest.raises(MixwrightError, match="look-around"):
        Matcher("a", MatchOp.REGEX, "(?=x)").matches("x")


def test_a_tree_has_no_truth_value() -> None:
    with pytest.raises(TypeError, match="no truth value"):
        bool(parse("a") and parse("b"))


def test_python_operators_build_the_tree_that_the_text_gives() -> None:
    a, b = parse("a"), parse("b")

    assert ((a / b) > 0.5) & (b > 1) == parse("a / b > 0.5 and b > 1")
    assert (1 - a).unless(b) == parse("(1 - a) unless b")
    assert -a | b.eq(2) == parse("-a or b == 2")


def test_an_operation_inside_a_larger_text_keeps_its_parentheses() -> None:
    ratio = parse("a") + parse("b")

    assert parse(f"{ratio} * 2") == ratio * 2


def test_spans_say_where_every_node_stands() -> None:
    spanned = unparse_with_spans(parse("(rate(a[30s]) / rate(a[30s])) > 0"))

    assert [spanned.text[s:e] for s, e in spanned.of(parse("rate(a[30s])"))] == ["rate(a[30s])"] * 2


names = st.sampled_from(["a", "node:cpu:rate5m", "http_requests_total", "sum", "by"])
labels = st.sampled_from(["job", "le", "instance", "x.y"])
texts = st.text(max_size=8).filter(lambda text: "\x00" not in text)
durations = st.integers(1, 10**8).map(Duration)
offsets = st.one_of(st.just(Duration(0)), st.integers(-(10**7), 10**7).map(Duration))
ats = st.one_of(
    st.none(), st.sampled_from([At("start"), At("end")]), st.integers(0, 10**12).map(At)
)
numbers = st.floats(allow_nan=True, allow_infinity=True).map(Number)
matchers = st.builds(
    Matcher,
    labels,
    st.sampled_from([MatchOp.EQUAL, MatchOp.NOT_EQUAL]),
    texts,
)
selectors = st.builds(Selector, names, st.lists(matchers, max_size=3).map(tuple), offsets, ats)
groupings = st.lists(labels, max_size=3, unique=True).map(tuple)


def extend(vectors: st.SearchStrategy[Expr]) -> st.SearchStrategy[Expr]:
    ranges = st.one_of(
        st.builds(Range, selectors, durations),
        st.builds(Subquery, vectors, durations, st.one_of(st.none(), durations), offsets, ats),
    )
    one_to_one = st.builds(Matching, groupings, st.booleans())
    many = st.builds(
        Matching,
        st.just(("job",)),
        st.booleans(),
        st.sampled_from([Cardinality.MANY_TO_ONE, Cardinality.ONE_TO_MANY]),
        st.lists(st.sampled_from(["le", "instance"]), max_size=2, unique=True).map(tuple),
    )
    return st.one_of(
        st.builds(
            lambda op, left, right, m, b: Binary(op, left, right, m, b and op in (">", "==", "<=")),
            st.sampled_from(["+", "-", "*", "/", "%", "^", "atan2", ">", "==", "<="]),
            vectors,
            vectors,
            st.one_of(one_to_one, many),
            st.booleans(),
        ),
        st.builds(Binary, st.sampled_from(["and", "or", "unless"]), vectors, vectors, one_to_one),
        st.builds(lambda left, right: Binary("*", left, right), numbers, vectors),
        st.builds(Negation, vectors),
        st.builds(lambda r: Call("rate", (r,)), ranges),
        st.builds(lambda q, v: Call("histogram_quantile", (q, v)), numbers, vectors),
        st.builds(
            lambda v, t: Call(
                "label_replace", (v, String("a"), String(t), String("b"), String(""))
            ),
            vectors,
            texts,
        ),
        st.builds(
            lambda op, v, g, w: Aggregate(op, v, None, g, w and g is not None),
            st.sampled_from(["sum", "avg", "count"]),
            vectors,
            st.one_of(st.none(), groupings),
            st.booleans(),
        ),
        st.builds(lambda n, v: Aggregate("topk", v, n), numbers, vectors),
    )


@given(st.recursive(selectors, extend, max_leaves=6))
@settings(max_examples=300, deadline=None)
def test_parsing_what_is_printed_gives_the_same_tree(expr: Expr) -> None:
    assert parse(unparse(expr)) == expr


def test_expressions_of_public_mixins_survive_the_round_trip(shared: Path) -> None:
    seen = 0
    for file in sorted(shared.glob("corpus/*/*.yaml")):
        for group in (yaml.safe_load(file.read_text()) or {}).get("groups") or []:
            for rule in group["rules"]:
                expr = parse(str(rule["expr"]))
                assert parse(unparse(expr)) == expr
                seen += 1

    assert seen > 400


def test_nan_is_printed_and_read() -> None:
    number = parse("NaN")

    assert isinstance(number, Number)
    assert math.isnan(number.value)
    assert unparse(number) == "NaN"
