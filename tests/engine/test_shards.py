"""Cut into shards of time, an evaluation says the same to the last bit."""

from __future__ import annotations

import importlib.util
import itertools
import pickle
import random
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mixwright.engine import Options, evaluate_each
from mixwright.engine.evaluate import Evaluation
from mixwright.engine.shards import Shard, joined
from mixwright.engine.streaming import Streaming, continued
from mixwright.errors import EvaluationError
from mixwright.frame import MemorySource, Samples, Steps
from mixwright.frame.slicing import between
from mixwright.promql import parse


def _beside(name: str):
    path = Path(__file__).parent / f"{name}.py"
    spec = importlib.util.spec_from_file_location(f"engine_{name}", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


queries = _beside("queries")
STEPS = Steps(queries.START - queries.SPAN // 2, queries.START + queries.SPAN // 2, 60_000)
RECORDING = queries.recording()


@pytest.fixture(scope="module")
def source():
    order = sorted(range(len(RECORDING)), key=lambda row: RECORDING.labels[row])
    series = [(RECORDING.labels[row], *RECORDING.series(row)) for row in order]
    return MemorySource(Samples.of(series))


class Exact:
    """A source that answers with what was asked for and nothing more, and remembers it."""

    def __init__(self, source):
        self.source, self.asked = source, []

    def select(self, matchers, start, end):
        self.asked.append((tuple(map(str, matchers)), start, end))
        return between(self.source.select(matchers, start, end), start, end)

    def span(self):
        return self.source.span()


def _sharded(exprs, source, steps, cuts):
    streaming = Streaming(source)
    evaluation = Evaluation(exprs, streaming, steps)
    parts = [[] for _ in exprs]
    for start, end in zip((steps.start, *cuts), (*cuts, steps.end + 1), strict=True):
        streaming.begin(start, end, steps.step)
        part = Shard(start, end).of(steps)
        for own, result in zip(parts, evaluation.over(part), strict=True):
            own.append(result)
    return [joined(own, steps) for own in parts]


def _assert_equal(text, whole, parts):
    if isinstance(whole, EvaluationError) or isinstance(parts, EvaluationError):
        assert isinstance(whole, EvaluationError), (text, whole, parts)
        assert isinstance(parts, EvaluationError), (text, whole, parts)
        return
    assert whole.labels == parts.labels, text
    np.testing.assert_array_equal(whole.present, parts.present, text)
    ours, theirs = (m.values[m.present].view(np.uint64) for m in (whole, parts))
    np.testing.assert_array_equal(ours, theirs, text)
    assert set(whole.annotations) == set(parts.annotations), text


@settings(max_examples=300)
@given(seed=st.integers(0, 2**32), lengths=st.lists(st.integers(2, 40), min_size=1, max_size=8))
def test_shards_of_any_length_yield_what_the_whole_does(source, seed, lengths):
    rng = random.Random(seed)
    texts = [queries.expression(rng, rng.choice((1, 2, 3)), old=False) for _ in range(4)]
    exprs = [parse(text) for text in texts]
    cuts = np.cumsum(lengths) * STEPS.step + STEPS.start
    cuts = [int(cut) for cut in cuts if cut < STEPS.end - STEPS.step]
    whole = evaluate_each(exprs, source, STEPS)
    for text, one, other in zip(
        texts, whole, _sharded(exprs, Exact(source), STEPS, cuts), strict=True
    ):
        _assert_equal(text, one, other)


@pytest.mark.parametrize(
    "text",
    [
        "sum_over_time(free_bytes[20m] @ end()) - free_bytes",
        "sum(free_bytes offset 1h) - max_over_time(free_bytes[1h] @ start())",
        "max_over_time(rate(http_requests_total[5m])[30m:47s])",
        "avg_over_time((free_bytes > bool 0.5e11)[1h:] offset 10m)",
        "sum by (job) (-{__name__=~'up|signed', i='1'} * 0.1)",
        "rate({__name__=~'up|signed'}[5m])",
        "topk(2, free_bytes) or bottomk(1, up)",
        "sort(up)",
        "absent_over_time(sparse[3m])",
        "info(up)",
    ],
)
@pytest.mark.parametrize("length", [2, 7, 31])
def test_shards_share_what_does_not_vary_and_what_they_look_back_at(source, text, length):
    exprs = [parse(text)]
    cuts = list(range(STEPS.start, STEPS.end, length * STEPS.step))[1:-1]
    whole = evaluate_each(exprs, source, STEPS)
    asking = Exact(source)
    _assert_equal(text, *whole, *_sharded(exprs, asking, STEPS, cuts))
    assert len(set(asking.asked)) == len(asking.asked), "the same is never asked for twice"


def test_a_budget_makes_shards_as_long_as_it_allows(source, monkeypatch):
    exprs = [parse("avg_over_time(free_bytes[10m])"), parse("sum(rate(http_requests_total[1h]))")]
    whole = evaluate_each(exprs, source, STEPS)
    monkeypatch.setattr("mixwright.engine.shards.room", lambda _memory: 15_000)
    asking = Exact(source)
    parts = evaluate_each(exprs, asking, STEPS, options=Options(memory=10_000_000))
    for expr, one, other in zip(exprs, whole, parts, strict=True):
        _assert_equal(str(expr), one, other)
    spans = [end - start for _, start, end in asking.asked]
    assert len(spans) > 8
    assert max(spans) < (STEPS.end - STEPS.start) // 2 + 3_600_000


def test_a_source_that_evaluates_is_asked_shard_by_shard(source, monkeypatch):
    class Knowing(Exact):
        def evaluate(self, expr, steps):
            self.evaluated.append(steps)
            return evaluate_each([expr], self.source, steps)[0]

    exprs = [parse("avg_over_time(free_bytes[10m])")]
    whole = evaluate_each(exprs, source, STEPS)
    monkeypatch.setattr("mixwright.engine.shards.room", lambda _memory: 15_000)
    knowing = Knowing(source)
    knowing.evaluated = []
    parts = evaluate_each(exprs, knowing, STEPS, options=Options(memory=10_000_000))
    _assert_equal(str(exprs[0]), *whole, *parts)
    assert len(knowing.evaluated) > 1
    assert sum(map(len, knowing.evaluated)) == len(STEPS)


def test_what_is_looked_back_at_is_read_once(source):
    asking = Exact(source)
    cuts = list(range(STEPS.start, STEPS.end, 10 * STEPS.step))[1:-1]
    _sharded([parse("avg_over_time(free_bytes[1h])")], asking, STEPS, cuts)
    spans = sorted((start, end) for _, start, end in asking.asked)
    assert all(before[1] < behind[0] for before, behind in itertools.pairwise(spans))


def test_more_than_the_budget_for_one_evaluation_is_refused_before_it_is_read(source):
    asking = Exact(source)
    expr = parse("up + on (i) sum by (i) (rate(http_requests_total[2h]))")
    (refused,) = evaluate_each([expr], asking, STEPS, options=Options(memory=20_000))
    assert isinstance(refused, EvaluationError)
    assert "`http_requests_total[2h]` needs about" in str(refused)
    assert refused.place == parse("http_requests_total[2h]")
    assert max(end - start for _, start, end in asking.asked) <= 300_000


def test_samples_that_follow_each_other_are_put_together(source):
    middle = queries.START
    for start in (queries.START - queries.SPAN, middle - 60_000):
        whole = between(source.samples, start, queries.START + queries.SPAN)
        early = between(source.samples, start, middle)
        late = between(source.samples, middle + 1, queries.START + queries.SPAN)
        together = continued(early, late)
        assert together.labels == whole.labels
        for row in range(len(whole)):
            for one, other in zip(together.series(row), whole.series(row), strict=True):
                np.testing.assert_array_equal(one, other)


def test_a_shard_is_a_value(source):
    assert pickle.loads(pickle.dumps(Shard(1, 2))) == Shard(1, 2)
    exprs = (parse("avg_over_time(up[5m]) > 0.5"), parse("up / on (job) up"))
    plan = Evaluation(exprs, source, STEPS).plan(STEPS)
    assert pickle.loads(pickle.dumps(plan)) == plan
    matrix, error = evaluate_each(exprs, source, STEPS)
    again, failed = pickle.loads(pickle.dumps((matrix, error)))
    _assert_equal("", matrix, again)
    assert (str(failed), failed.place) == (str(error), error.place)
