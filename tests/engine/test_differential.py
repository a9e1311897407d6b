"""The engine and a real Prometheus answer random queries alike.

What Prometheus 2.42 does otherwise than 3.x is kept out of its way (see `queries.expression`), and
no sample is taken at a whole second, so that its closed windows hold what half-open ones do.
`MIXWRIGHT_PROMETHEUS` names another server, `MIXWRIGHT_QUERIES` the number of queries.
"""

from __future__ import annotations

import math
import os
import random
import re

import pytest

from mixwright.engine import evaluate_each
from mixwright.errors import EvaluationError
from mixwright.frame import Matrix, MemorySource, Steps
from mixwright.promql import parse
from mixwright.values import Labels

from . import queries, upstream

pytestmark = pytest.mark.slow
QUERIES = int(os.environ.get("MIXWRIGHT_QUERIES", "1000"))
STEPS = Steps(queries.START, queries.START + queries.SPAN // 2, 60_000)
RELATIVE = 1e-9
ABSOLUTE = 1e-15
"""The slope of a line without one is rounding noise there, and zero here."""


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory):
    program = upstream.binary()
    if program is None:
        pytest.skip("no `prometheus` on the path, and MIXWRIGHT_PROMETHEUS is not set")
    for server in upstream.running(program, tmp_path_factory.mktemp("prometheus")):
        server.write(queries.recording())
        yield server


def test_random_range_queries_have_the_same_answers(prometheus):
    source = MemorySource(queries.recording())
    rng = random.Random(20)
    old = prometheus.version < (3, 0)
    differences = []
    for _ in range(QUERIES):
        text = queries.expression(rng, rng.choice((1, 2, 2, 3)), old=old)
        (ours,) = evaluate_each([parse(text)], source, STEPS)
        wrong = _difference(ours, prometheus.query_range(text, STEPS), annotated=not old)
        if wrong:
            differences.append(f"{text}: {wrong}")
    assert not differences, "\n".join(differences)


def test_random_instant_queries_have_the_same_answers(prometheus):
    source = MemorySource(queries.recording())
    rng = random.Random(21)
    old = prometheus.version < (3, 0)
    differences = []
    for _ in range(QUERIES):
        text = queries.expression(rng, rng.choice((1, 2)), old=old)
        at = queries.START + rng.randrange(queries.SPAN // 1000) * 1000
        (ours,) = evaluate_each([parse(text)], source, Steps.instant(at))
        answer = prometheus.query(text, at)
        for series in answer.get("data", {}).get("result", ()):
            series["values"] = [series["value"]]
        wrong = _difference(ours, answer, annotated=not old)
        if wrong:
            differences.append(f"{text} @ {at}: {wrong}")
    assert not differences, "\n".join(differences)


def _difference(ours: Matrix | EvaluationError, answer: dict, *, annotated: bool) -> str:
    if isinstance(ours, EvaluationError):
        if answer["status"] != "error":
            return f"only here an error: {ours}"
        return "" if _kind(answer["error"]) == _kind(str(ours)) else f"{answer['error']} | {ours}"
    if answer["status"] == "error":
        return f"only there an error: {answer['error']}"
    theirs = {
        Labels(series["metric"]): {
            round(float(time) * 1000): upstream.number(value) for time, value in series["values"]
        }
        for series in answer["data"]["result"]
    }
    found = {
        labels: dict(zip(ours.steps.times[here].tolist(), values[here].tolist(), strict=True))
        for labels, values, here in zip(ours.labels, ours.values, ours.present, strict=True)
        if here.any()
    }
    if found.keys() != theirs.keys():
        return f"only here {set(found) - set(theirs)}, only there {set(theirs) - set(found)}"
    for labels, values in found.items():
        if values.keys() != theirs[labels].keys():
            return f"{labels} at {sorted(values.keys() ^ theirs[labels].keys())}"
        for time, value in values.items():
            if not _close(value, theirs[labels][time]):
                return f"{labels} at {time}: {value!r} here, {theirs[labels][time]!r} there"
    return _annotation_difference(ours, answer) if annotated else ""


def _close(a: float, b: float) -> bool:
    if math.isnan(a) or math.isnan(b):
        return math.isnan(a) and math.isnan(b)
    return a == b or abs(a - b) <= max(RELATIVE * max(abs(a), abs(b)), ABSOLUTE)


def _annotation_difference(ours: Matrix, answer: dict) -> str:
    texts = (*answer.get("warnings", ()), *answer.get("infos", ()))
    # A tree has no columns, and details of monotonicity come with the query's text only.
    theirs = {re.sub(r"(, from buckets .*)? \(\d+:\d+\)$", "", text) for text in texts}
    return "" if theirs == set(ours.annotations) else f"{ours.annotations} here, {theirs} there"


def _kind(error: str) -> str:
    """Which of several clashing series an error names depends on the server's order of series."""
    return error.partition(" for the match group")[0]
