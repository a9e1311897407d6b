"""What an evaluation is said to read is enough for it: nothing else changes the answer, and less would."""

from __future__ import annotations

import numpy as np
import pytest

from mixwright.engine import evaluate, reads
from mixwright.errors import EvaluationError
from mixwright.frame import MemorySource, Samples, Steps
from mixwright.frame.slicing import cut_samples
from mixwright.promql import parse
from mixwright.recordings.wanted import Wanted, merged, together
from mixwright.values import Labels

MINUTE = 60_000
STEPS = Steps(300 * MINUTE, 330 * MINUTE, 3 * MINUTE)


def _series(name, numbers, **labels):
    times = np.arange(len(numbers), dtype=np.int64) * MINUTE
    return Labels({"__name__": name, **labels}), times, np.array(numbers, float)


SOURCE = MemorySource(
    Samples.of(
        [
            _series("a", np.arange(400) ** 1.5, job="x", instance="1"),
            _series("a", np.sin(np.arange(400)), job="y", instance="2"),
            _series("b", np.arange(400) % 7, job="x", instance="1"),
            _series("target_info", np.ones(400), job="x", instance="1", version="3"),
        ]
    )
)
EXPRESSIONS = [
    "a",
    "a offset 1h",
    "a offset -10m",
    "a @ 6000",
    "a @ start() - a @ end()",
    "rate(a[1h])",
    "rate(a[1h:7m] offset 20m)",
    "max_over_time(rate(a[20m])[1h:5m])",
    "max_over_time((b - b offset 30m)[1h:])",
    'sum by (job) (rate(a{job="x"}[5m])) / on (job) group_left sum by (job) (b offset 2h)',
    "increase(a[10m] anchored)",
    "rate(a[10m] smoothed)",
    "absent(a)",
    "info(a)",
    'info(rate(a[1h]), {version=~".+"})',
    "time() - 5",
    "a[5m:1m] @ 6000",
]


def _only(wanted):
    """Return a source that has nothing but what is wanted."""

    def select(matchers, start, end):
        return cut_samples(SOURCE.samples, SOURCE.index.match(matchers), start, end)

    return MemorySource(together(select, merged(wanted), -(2**62), 2**62))


@pytest.mark.parametrize("text", EXPRESSIONS[:-1])
def test_nothing_else_changes_the_answer(text: str) -> None:
    expr = parse(text)
    wanted = [Wanted(m, first, last) for m, (first, last) in reads(expr, STEPS).items()]
    (expected,), (found,) = (evaluate((expr,), source, STEPS) for source in (SOURCE, _only(wanted)))

    assert found.labels == expected.labels
    assert np.array_equal(found.present, expected.present)
    assert np.array_equal(found.values[found.present], expected.values[expected.present])


@pytest.mark.parametrize(
    "text", ["rate(a[1h])", "max_over_time(rate(a[20m])[1h:5m])", "a offset 1h"]
)
def test_less_would(text: str) -> None:
    expr = parse(text)
    wanted = [
        Wanted(m, first + 6 * MINUTE, last) for m, (first, last) in reads(expr, STEPS).items()
    ]
    (expected,), (found,) = (evaluate((expr,), source, STEPS) for source in (SOURCE, _only(wanted)))

    assert not np.array_equal(found.values, expected.values)


def test_an_expression_that_has_no_value_at_a_step_is_refused() -> None:
    with pytest.raises(EvaluationError):
        reads(parse(EXPRESSIONS[-1]), STEPS)
