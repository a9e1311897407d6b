"""All queries of all dashboards, with every choice of their variables, evaluated together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Final, TypeAlias

import numpy as np

from mixwright.engine import Options, evaluate_each
from mixwright.errors import EvaluationError
from mixwright.frame import Matrix, Source, Steps
from mixwright.promql import Expr
from mixwright.values import METRIC_NAME, Matcher, MatchOp

Answers: TypeAlias = Mapping[tuple[Expr, bool], Matrix | EvaluationError]
"""The value of each query, or why it has none, by expression and whether it was asked at one instant."""

_POINTS: Final = 500
_SCRAPE_INTERVAL: Final = 15_000
_BATCH: Final = 500
"""How many expressions are evaluated together: they share work, and their values are in memory."""

_DEFAULTS: Final = Options()

_ROUND: Final = tuple(
    1000 * seconds
    for seconds in (
        *(1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800),
        *(3600, 7200, 10_800, 21_600, 43_200, 86_400, 604_800, 2_592_000, 31_536_000),
    )
)


def steps_for(source: Source, start: int, end: int) -> Steps:
    """Return about 500 times over the range, at round times, no denser than the series were scraped."""
    densest = max((end - start) / _POINTS, scrape_interval(source, start, end))
    step = next((step for step in _ROUND if step >= densest), _ROUND[-1])
    first = -(-start // step) * step
    return Steps(first, max(first, end), step)


def scrape_interval(source: Source, start: int, end: int) -> int:
    """Return the usual distance between two samples of `up` in ms."""
    samples = source.select((Matcher(METRIC_NAME, MatchOp.EQUAL, "up"),), start, end)
    gaps = [np.diff(times) for _, times, _ in samples if len(times) > 1]
    return int(np.median(np.concatenate(gaps))) if gaps else _SCRAPE_INTERVAL


def evaluate_queries(
    queries: Iterable[tuple[Expr, bool]],
    source: Source,
    steps: Steps,
    end: int,
    options: Options = _DEFAULTS,
) -> Answers:
    """Evaluate each different query once."""
    different = dict.fromkeys(queries)
    answers: dict[tuple[Expr, bool], Matrix | EvaluationError] = {}
    for instant, at in ((False, steps), (True, Steps.instant(end))):
        waiting = iter([expr for expr, once in different if once is instant])
        while batch := tuple(islice(waiting, _BATCH)):
            values = evaluate_each(batch, source, at, options=options)
            for expr, answer in zip(batch, values, strict=True):
                answers[expr, instant] = answer
    return answers
