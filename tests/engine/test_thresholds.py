"""Where a sliding result is too close to a threshold, the plain one decides."""

from __future__ import annotations

import numpy as np
import pytest

from mixwright.engine import evaluate
from mixwright.engine.evaluate import Evaluation
from mixwright.frame import MemorySource, Samples, Steps
from mixwright.promql import parse
from mixwright.values import Labels

TIMES = np.arange(400, dtype=np.int64) * 15_000
STEPS = Steps(1_800_000, 5_900_000, 15_000)
FUNCTIONS = (
    "sum_over_time(m[20m])",
    "avg_over_time(m[20m])",
    "stddev_over_time(m[20m])",
    "stdvar_over_time(m[20m])",
    "deriv(m[20m])",
    "predict_linear(m[20m], 600)",
)


@pytest.fixture(scope="module")
def source():
    rng = np.random.default_rng(5)
    return MemorySource(
        Samples.of(
            (Labels({"__name__": "m", "i": str(n)}), TIMES, 1e6 + np.cumsum(rng.normal(0, 1, 400)))
            for n in range(3)
        )
    )


def both(text, source):
    """The sliding and the plain values."""
    evaluation = Evaluation([parse(text)], source, STEPS)
    return [evaluation.over(STEPS, plain=plain)[0] for plain in (False, True)]


def odd_one(text, source):
    """The row, the step and the plain value where the sliding one is furthest beyond."""
    sliding, plain = both(text, source)
    row, step = np.unravel_index(np.argmax(sliding.values - plain.values), plain.values.shape)
    assert sliding.values[row, step] > plain.values[row, step], "both are the same everywhere"
    return row, step, plain.values[row, step]


@pytest.mark.parametrize("text", FUNCTIONS[1:])  # compensated sums agree to the last bit here
@pytest.mark.parametrize(
    "form",
    [
        "{text} > {limit}",
        "{limit} < {text}",
        "-{text} < -({limit})",
        "2 * {text} > 2 * {limit}",
        "max by (i) ({text}) > {limit}",
        "abs({text} - {limit}) * sgn({text} - {limit}) > 0",
        "max_over_time({text}[15s:15s]) > {limit}",
    ],
)
def test_a_sliding_result_does_not_pass_a_threshold_that_the_plain_one_only_reaches(
    source, text, form
):
    row, step, threshold = odd_one(text, source)
    condition = form.format(text=text, limit=repr(float(threshold)))
    (met,) = evaluate([parse(condition)], source, STEPS)
    at = [labels.get("i") for labels in met.labels]
    assert not (str(row) in at and met.present[at.index(str(row)), step])


@pytest.mark.parametrize("text", FUNCTIONS)
def test_two_sliding_results_are_as_equal_as_the_plain_ones(source, text):
    _, plain = both(text, source)
    same = f"({text}) == on (i) (({text}) * 1 + 0)"
    (met,) = evaluate([parse(same)], source, STEPS)
    assert met.present.all()
    np.testing.assert_array_equal(met.present, plain.present)


def test_what_is_reached_exactly_needs_no_settling(source, monkeypatch):
    def refuse(*_):
        raise AssertionError("settled although exact")

    monkeypatch.setattr("mixwright.engine.operators.binary.plainly", refuse)
    flat = [(Labels({"__name__": "up", "i": "1"}), TIMES, np.ones(400))]
    (met,) = evaluate([parse("avg_over_time(up[20m]) == 1")], MemorySource(Samples.of(flat)), STEPS)
    assert met.present.all()


def test_a_difference_of_large_numbers_is_settled_as_well(source):
    row, step, threshold = odd_one("avg_over_time(m[20m])", source)
    text = f"avg_over_time(m[20m]) - {float(threshold)!r} > 0"
    (met,) = evaluate([parse(text)], source, STEPS)
    at = [labels.get("i") for labels in met.labels]
    assert not met.present[at.index(str(row)), step]
