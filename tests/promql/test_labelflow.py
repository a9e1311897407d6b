"""Which labels a result can have, for every kind of expression, by the rules of Prometheus' engine."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mixwright.errors import MixwrightError, PromQLError
from mixwright.frame import Samples, Steps
from mixwright.promql import parse, unparse, walk
from mixwright.promql.expr import Expr
from mixwright.promql.labelflow import LabelFlow, flow
from mixwright.values import Labels, Matcher

# expression, labels that are guaranteed, labels that are possible, labels that are impossible
TABLE = [
    ("up", "__name__", "job zone", ""),
    ('{job="a"}', "job", "__name__ zone", ""),
    ('up{job=""}', "", "zone", "job"),
    ('up{job=~""}', "", "zone", "job"),
    ('up{job!~".+"}', "", "zone", "job"),
    ('up{job!=""}', "job", "zone", ""),
    ('up{job=~".+"}', "job", "zone", ""),
    ('up{job=~".*"}', "", "job zone", ""),
    ('up{job=~"a|"}', "", "job", ""),
    ('up{job!~"a|b"}', "", "job", ""),
    ('up{job!~"a|"}', "job", "", ""),
    ('up{job=~"$job"}', "", "job", ""),
    ('up{job=~"${job:regex}"}', "", "job", ""),
    ('rate(x{job="a"}[5m])', "job", "zone", "__name__"),
    ("last_over_time(x[5m])", "__name__", "zone", ""),
    ("max_over_time(sum by (job) (x)[5m:])", "", "job", "zone __name__"),
    ("-x", "", "job", "__name__"),
    ("abs(x)", "", "job", "__name__"),
    ("sort_desc(x)", "__name__", "job", ""),
    ("timestamp(x)", "", "job", "__name__"),
    ("hour()", "", "", "job __name__"),
    ("hour(x)", "", "job", "__name__"),
    ("vector(1)", "", "", "job __name__"),
    ("scalar(x)", "", "", "job"),
    ("1 + 1", "", "", "job"),
    ('absent(up{job="a",zone!="b"})', "job", "", "zone instance __name__"),
    ('absent(up{job="a",job="b"})', "", "", "job"),
    ('absent(up{job=""})', "", "", "job"),
    ('absent(up{job=~"a"})', "", "", "job"),
    ('absent(sum(up{job="a"}))', "", "", "job"),
    ('absent_over_time(up{job="a"}[5m])', "job", "", "zone"),
    ('absent_over_time(up{job="a"}[5m:1m])', "", "", "job"),
    ("histogram_quantile(0.9, x_bucket)", "", "job", "le __name__"),
    ("histogram_fraction(0, 1, x_bucket)", "", "job", "le __name__"),
    ('histogram_quantiles(x, "q", 0.5, 0.9)', "q", "job", "le __name__"),
    ('label_replace(x, "a", "v", "b", ".*")', "a __name__", "b", ""),
    ('label_replace(x, "a", "v", "b", "c.*")', "", "a b", ""),
    ('label_replace(x{a="1"}, "a", "v", "b", "c.*")', "a", "b", ""),
    ('label_replace(x, "a", "$1", "b", "(.*)")', "", "a b", ""),
    ('label_replace(x{b="1"}, "a", "$1", "b", "(.+)")', "a b", "", ""),
    ('label_replace(x, "a", "", "b", ".*")', "", "b", "a"),
    ('label_replace(x, "__name__", "", "b", ".*")', "", "b", "__name__"),
    ('label_replace(sum(x), "a", "$1", "b", "(.+)")', "", "", "a b"),
    ('label_replace(sum(x), "a", "v", "b", "")', "a", "", "b"),
    ('label_replace(sum(x), "a", "$1", "b", "(.*)")', "", "", "a b"),
    ('label_join(sum(x), "a", "-", "b", "c")', "a", "", "b c"),
    ('label_join(sum(x), "a", "", "b", "c")', "", "", "a b c"),
    ('label_join(x, "a", "", "b", "c")', "", "a b c", ""),
    ('label_join(x{b="1"}, "a", "", "b", "c")', "a", "c", ""),
    ("sum(x)", "", "", "job __name__"),
    ('sum by (job) (x{job="a"})', "job", "", "zone __name__"),
    ("sum by (job) (x)", "", "job", "zone __name__"),
    ("sum by (job) (sum by (zone) (x))", "", "", "zone job"),
    ("count by (__name__) (x)", "__name__", "", "job"),
    ("sum without (job) (x)", "", "zone", "job __name__"),
    ("sum without () (x)", "", "zone job", "__name__"),
    ("topk by (job) (3, x)", "__name__", "job zone", ""),
    ("limitk(3, x)", "__name__", "job", ""),
    ("quantile by (job) (0.5, x)", "", "job", "zone"),
    ('count_values("v", x)', "v", "", "job"),
    ('count_values by (job) ("v", x)', "v", "job", "zone"),
    ('count_values without (a) ("v", x)', "v", "job", "__name__ a"),
    ('count_values without (v) ("v", x)', "", "job", "__name__ v"),
    ("x > 1", "__name__", "job", ""),
    ("1 < x", "__name__", "job", ""),
    ("x > bool 1", "", "job", "__name__"),
    ("x * 2", "", "job", "__name__"),
    ("x / y", "", "job", "__name__"),
    ('x{job="a"} / y{zone="b"}', "job zone", "", "__name__"),
    ("sum by (job) (x) / y", "", "job", "zone"),
    ("x / on (job) y", "", "job", "zone __name__"),
    ("x > on (job) y", "", "job", "zone __name__"),
    ("x > y", "__name__", "job", ""),
    ('x / on (job) y{job="a"}', "job", "", "zone"),
    ('x / on () y{job="a"}', "", "", "job zone"),
    ("x / ignoring (zone) y", "", "job", "zone __name__"),
    ("x / on (job) group_left () sum by (job) (y)", "", "job zone", "__name__"),
    ('x * on (job) group_left (node) y{node!=""}', "node", "job zone", ""),
    ("x * on (job) group_left (node) sum by (job) (y)", "", "job zone", "node"),
    ("sum by (job) (x) * on (job) group_right (team) y", "", "job zone", "team"),
    ('x * on (job) group_right (team) y{zone="b"}', "zone", "job team", "__name__"),
    ('x * on (job) group_left (team) y{job="a"}', "job", "team zone", ""),
    ("x and on (job) sum by (job) (y)", "__name__", "job zone", ""),
    ("x and sum by (job) (y)", "__name__", "job", "zone"),
    ('x and on (job) y{job="a"}', "job", "zone", ""),
    ("x and on () sum(y)", "__name__", "job zone", ""),
    ("x unless on (job) sum by (job) (y)", "__name__", "job zone", ""),
    ("sum by (job) (x) unless y", "", "job", "zone"),
    ("sum by (job) (x) or sum by (zone) (x)", "", "job zone", "instance"),
    ('x{job="a"} or vector(0)', "", "job zone", ""),
    ('x{job="a"} or y{job="b"}', "job", "zone", ""),
]


@pytest.mark.parametrize(("text", "always", "possible", "never"), TABLE)
def test_the_labels_of_a_result_are_those_that_prometheus_leaves(
    text: str, always: str, possible: str, never: str
) -> None:
    labels = flow(parse(text))

    assert [name for name in always.split() if not labels.guaranteed(name)] == []
    assert [n for n in possible.split() if labels.guaranteed(n) or not labels.possible(n)] == []
    assert [name for name in never.split() if labels.possible(name)] == []


def test_a_filled_join_guarantees_only_what_both_sides_have() -> None:
    join = parse('x{job="a"} + on (job) fill_right (0) sum by (job) (y)')

    assert flow(join).possible("job")
    assert not flow(join).guaranteed("job")


def test_an_impossible_label_comes_with_the_node_that_dropped_it() -> None:
    fate = flow(parse("rate(x[5m]) / on (job) sum by (job, zone) (y)")).fate("zone")

    assert fate.reason == "one-to-one matching `on (job)` drops other labels"


def test_the_innermost_aggregation_that_drops_a_label_is_blamed() -> None:
    fate = flow(parse("max by (zone) (sum by (job) (x))")).fate("zone")

    assert str(fate.cause) == "sum by (job) (x)"


def test_what_a_recording_rule_drops_is_gone_for_its_readers() -> None:
    recorded = {"job:x:rate5m": flow(parse("sum by (job) (rate(x[5m]))"))}

    labels = flow(parse("job:x:rate5m > 1"), recorded)

    assert (labels.possible("job"), labels.possible("zone")) == (True, False)
    assert labels.guaranteed("__name__")


def test_names_lists_what_is_known_without_the_metric_name() -> None:
    assert flow(parse("count by (zone, job, __name__) (x)")).names == ("job", "zone")


@given(
    st.sampled_from([row[0] for row in TABLE]),
    st.sampled_from(["sum by (job) ({})", "({}) or x", "abs({})", "topk(1, {})", "({}) > 1"]),
)
def test_what_is_guaranteed_is_possible(inner: str, outer: str) -> None:
    try:
        labels = flow(parse(outer.format(inner)))
    except PromQLError:
        return

    assert all(labels.possible(name) for name in labels.known if labels.guaranteed(name))


class Memory:
    """Series of one sample a minute, as a source."""

    def __init__(self, series: list[Labels]) -> None:
        times = np.arange(0, 600_001, 60_000)
        self.samples = [(labels, times, np.full(len(times), 1.0)) for labels in series]

    def select(self, matchers: Sequence[Matcher], start: int, end: int) -> Samples:
        return Samples.of(
            (
                labels,
                times[(start <= times) & (times <= end)],
                values[(start <= times) & (times <= end)],
            )
            for labels, times, values in self.samples
            if all(matcher.matches(labels.get(matcher.name, "")) for matcher in matchers)
        )

    def span(self) -> tuple[int, int]:
        return 0, 600_000


def some_series(seed: int) -> list[Labels]:
    random = Random(seed)
    values = {"job": "ab", "zone": "bc", "a": "12", "b": "12", "c": "1"}
    return [
        Labels(
            {"__name__": name}
            | {label: random.choice(v) for label, v in values.items() if random.random() < 0.5}
        )
        for name in ("x", "y", "up")
        for _ in range(3)
    ]


@pytest.mark.parametrize("seed", range(5))
def test_the_engine_returns_no_label_that_is_impossible_and_all_that_are_guaranteed(seed) -> None:
    from mixwright.engine import evaluate_each  # loads numba, which the other tests do without

    exprs = [parse(row[0]) for row in TABLE if "$" not in row[0] and "x_bucket" not in row[0]]
    source = Memory(list(dict.fromkeys(some_series(seed))))
    results = evaluate_each(exprs, source, Steps.instant(600_000))
    wrong, returned = [], 0

    for expr, result in zip(exprs, results, strict=True):
        # Random series are often many to many.
        for labels in () if isinstance(result, MixwrightError) else result.labels:
            returned += 1
            expected = flow(expr)
            wrong += [(str(expr), labels, n) for n in labels if not expected.possible(n)]
            known = (n for n in expected.known if expected.guaranteed(n))
            wrong += [(str(expr), labels, n) for n in known if n not in labels]

    assert wrong == []
    assert returned > 50


def test_every_rule_expression_of_public_mixins_has_a_label_flow(shared: Path) -> None:
    expressions = set(_rule_expressions(shared / "corpus"))

    flows = [flow(node) for text in expressions for node in walk(parse(text), Expr)]

    assert len(flows) > 1000
    assert all(isinstance(labels, LabelFlow) for labels in flows)


def test_label_flow_survives_a_round_trip_through_text() -> None:
    expr = parse("sum by (job) (rate(x[5m])) / on (job) group_left (zone) y")

    assert flow(parse(unparse(expr))) == flow(expr)


def _rule_expressions(folder: Path):
    for file in sorted(folder.rglob("*.yaml")):
        document = yaml.load(file.read_text(), Loader=yaml.CSafeLoader)
        groups = (document or {}).get("groups") or [] if isinstance(document, dict) else []
        for group in groups:
            yield from (str(rule["expr"]) for rule in group.get("rules") or [] if "expr" in rule)
