"""What the engine promises beside PromQL: one plan, shared work, errors in their place."""

from __future__ import annotations

import importlib
import pkgutil

import numpy as np
import pytest

from mixwright.engine import (
    evaluate,
    evaluate_each,
    evaluate_range_vector,
    explain,
    kernels,
    warm_up,
)
from mixwright.engine.lower import Lowering
from mixwright.engine.optimize import optimized
from mixwright.engine.run import DEFAULTS, Run
from mixwright.errors import EvaluationError
from mixwright.frame import STALE_NAN, MemorySource, Samples, Steps
from mixwright.promql import parse
from mixwright.values import Duration, Labels, Matcher, MatchOp

MINUTE = 60_000
STEPS = Steps(0, 10 * MINUTE, MINUTE)


def _series(name, values, **labels):
    times = np.arange(len(values), dtype=np.int64) * MINUTE
    return Labels({"__name__": name, **labels}), times, np.array(values, float)


@pytest.fixture
def source():
    return MemorySource(
        Samples.of(
            [
                _series("up", [1, 1, 0, 1, 1, 0, 0, 1, 1, 1, 1], job="api", instance="a"),
                _series("up", [1] * 11, job="api", instance="b"),
                _series("up", [1] * 11, job="db", instance="c"),
                _series("requests_total", range(0, 1100, 100), job="api"),
            ]
        )
    )


class Counting:
    """A source that remembers what it was asked."""

    def __init__(self, source):
        self.source, self.asked = source, []

    def select(self, matchers, start, end):
        self.asked.append((tuple(map(str, matchers)), start, end))
        return self.source.select(matchers, start, end)

    def span(self):
        return self.source.span()


def test_a_selector_is_read_once_for_all_expressions_over_the_span_that_all_need(source):
    counting = Counting(source)
    exprs = [parse("up"), parse("sum(up)"), parse('avg_over_time(up{job="api"}[3m] offset 1m)')]
    evaluate(exprs, counting, STEPS)
    assert counting.asked == [(('__name__="up"',), -5 * MINUTE, 10 * MINUTE)]


def test_an_expression_that_fails_leaves_the_others_alone(source):
    exprs = [parse("sum(up)"), parse("up / on (job) up"), parse("1 + 1")]
    total, error, two = evaluate_each(exprs, source, STEPS)
    assert total.values[0, 0] == 3
    assert "many-to-many matching not allowed" in str(error)
    assert (two.values == 2).all()


def test_a_shared_subexpression_that_fails_fails_everywhere(source):
    exprs = [parse("sum(up / on (job) up)"), parse("up / on (job) up")]
    assert all(isinstance(r, EvaluationError) for r in evaluate_each(exprs, source, STEPS))


def test_evaluate_raises_the_first_error(source):
    with pytest.raises(EvaluationError, match="many-to-many"):
        evaluate([parse("up / on (job) up")], source, STEPS)


def test_a_range_vector_has_no_value_at_every_step(source):
    with pytest.raises(EvaluationError, match="range vector"):
        evaluate([parse("up[5m]")], source, STEPS)


def test_a_string_has_no_value_at_every_step(source):
    with pytest.raises(EvaluationError, match="string"):
        evaluate([parse('"text"')], source, STEPS)


def test_a_range_vector_at_an_instant_is_its_samples(source):
    samples = evaluate_range_vector(parse('up{instance="a"}[3m]'), source, 4 * MINUTE)
    times, values = samples.series(0)
    assert times.tolist() == [2 * MINUTE, 3 * MINUTE, 4 * MINUTE]
    assert values.tolist() == [0, 1, 1]


def test_rows_of_a_range_are_sorted_and_scalars_have_no_labels(source):
    up, seven = evaluate([parse("up"), parse("7")], source, STEPS)
    assert list(up.labels) == sorted(up.labels)
    assert seven.labels == (Labels(),)
    assert seven.present.all()


def test_a_staleness_marker_ends_a_series_at_once():
    source = MemorySource(Samples.of([_series("m", [1, 2, STALE_NAN, STALE_NAN])]))
    (m,) = evaluate([parse("m")], source, STEPS)
    assert m.present[0].tolist() == [True, True] + [False] * 9


def test_the_lookback_is_left_open_and_can_be_changed():
    source = MemorySource(Samples.of([_series("m", [1])]))
    (five,) = evaluate([parse("m")], source, STEPS)
    (two,) = evaluate([parse("m")], source, STEPS, lookback=Duration(2 * MINUTE))
    assert five.present[0].sum() == 5
    assert two.present[0].sum() == 2


def test_explain_shows_what_is_shared_and_what_is_hoisted(source):
    exprs = [parse("rate(m[5m]) > 3"), parse("sum(rate(m[5m]))"), parse("m @ end()")]
    text = explain(exprs, STEPS)
    assert text.count("#1") == 2
    assert "repeat" in text


@pytest.mark.parametrize(
    "text",
    [
        "sum by (job) (rate(requests_total[5m])) > 1 + 2",
        "up * on (job) group_left () sum by (job) (up @ 120)",
        "max_over_time(sum(up)[4m:1m]) - scalar(sum(up @ end()))",
        'avg_over_time(up{job="api"}[3m]) unless up{job="db"}',
        "predict_linear(requests_total[5m], 3 * 60) + 2 ^ 3",
    ],
)
def test_optimised_plans_have_the_values_of_plain_ones(source, text):
    plain = Lowering(STEPS, MINUTE).plan(parse(text), STEPS)
    blocks = []
    for roots in ((plain,), optimized((plain,))):
        run = Run(source, DEFAULTS)
        run.prepare(roots)
        blocks.append(run.block(roots[0]))
    before, after = blocks
    assert before.labels == after.labels
    np.testing.assert_array_equal(before.present, after.present)
    np.testing.assert_array_equal(before.values[before.present], after.values[after.present])


def test_results_do_not_depend_on_the_number_of_threads(source, monkeypatch):
    times = np.arange(3000, dtype=np.int64) * 1000
    rng = np.random.default_rng(3)
    many = [(Labels({"__name__": "m", "i": str(n)}), times, rng.random(3000)) for n in range(40)]
    wide = MemorySource(Samples.of(many))
    steps = Steps(0, 2_999_000, 1000)
    exprs = [parse("sum(rate(m[1m]))"), parse("stddev_over_time(m[2m])")]
    alone = []
    for cores in (1, 4):
        monkeypatch.setattr("os.sched_getaffinity", lambda _pid, cores=cores: range(cores))
        alone.append(evaluate(exprs, wide, steps))
    for one, other in zip(*alone, strict=True):
        np.testing.assert_array_equal(one.values[one.present], other.values[other.present])


def test_warming_up_leaves_no_kernel_uncompiled():
    warm_up()
    cold = []
    for found in pkgutil.iter_modules(kernels.__path__):
        module = importlib.import_module(f"mixwright.engine.kernels.{found.name}")
        for name, item in vars(module).items():
            # What other kernels call is compiled into them; kernels of their own return nothing.
            whole = hasattr(item, "signatures") and item.__annotations__["return"] == "None"
            if whole and not name.startswith("_") and not item.signatures:
                cold.append(f"{found.name}.{name}")
    assert cold == []


def test_a_matcher_on_an_absent_label_sees_an_empty_value(source):
    absent = [Matcher("nope", MatchOp.EQUAL, "")]
    assert len(source.select(absent, 0, 10 * MINUTE)) == 4
