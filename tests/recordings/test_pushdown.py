"""Expressions evaluated by a server: the values are its own, and what it cannot do is done here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from mixwright.cli import mixwright
from mixwright.engine import evaluate, evaluate_each
from mixwright.errors import EvaluationError, RecordingError
from mixwright.frame import Matrix, MemorySource, Samples, Steps
from mixwright.promql import parse
from mixwright.recordings import Recording, Server, open_recording

from . import servers
from .conftest import series
from .servers import Reply, Request, Scripted, failure, success
from .test_server import NOW

MINUTE = 60_000
START = NOW - NOW % MINUTE - 180 * MINUTE
END = START + 170 * MINUTE
STEPS = Steps(START + 30 * MINUTE, END, 15_000)


def _samples() -> Samples:
    times = np.arange(START, END + 1, 15_000) + 123
    count = np.arange(len(times))
    up = (count % 90 > 20).astype(float)
    return Samples.of(
        [
            series("load", times, np.sin(count / 9), job="web", instance="a"),
            series("requests_total", times, count * 7.0, job="web", instance="a"),
            series("requests_total", times, count * 3.0, job="web", instance="b"),
            series("up", times, up, job="web", instance="a"),
            series("up", times, np.ones(len(times)), job="web", instance="b"),
        ]
    )


SAMPLES = _samples()


@pytest.fixture(scope="module", params=servers.prometheus_binaries(), ids=str)
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("engine")
    with servers.prometheus(request.param, folder, "--web.enable-remote-write-receiver") as found:
        servers.remote_write(found, SAMPLES)
        yield found


def _opened(url: str) -> Recording:
    return open_recording(Server(url, evaluates=True), start=START, end=END)


def _same(expected: Matrix, found: Matrix) -> bool:
    return (
        expected.labels == found.labels
        and np.array_equal(expected.present, found.present)
        and np.allclose(expected.values[expected.present], found.values[found.present], rtol=1e-12)
    )


@pytest.mark.parametrize(
    "text",
    [
        "up",
        "sum by (job) (rate(requests_total[5m]))",
        "load > 0.5",
        "vector(1)",
        "5",
        "absent(nothing)",
        "nothing",
        'up{instance="a"} == 0 and on (job) max by (job) (requests_total) > 100',
    ],
)
def test_values_are_those_of_the_server(url: str, text: str) -> None:
    exprs = (parse(text),)
    with _opened(url) as recording:
        (found,) = evaluate(exprs, recording, STEPS)
        notes = recording.info.notes
    (expected,) = evaluate(exprs, MemorySource(SAMPLES), STEPS)

    assert _same(expected, found)
    assert notes[0].startswith(f"`{url}` evaluated 1 expressions; those that")


def test_a_range_of_more_points_than_are_allowed_is_split(url: str) -> None:
    steps = Steps(END - 25_000 * 100, END, 100)
    (found,) = evaluate((parse("load"),), _opened(url), steps)
    (expected,) = evaluate((parse("load"),), MemorySource(SAMPLES), steps)

    assert len(steps) > 2 * 11_000
    assert _same(expected, found)


def test_what_the_server_cannot_evaluate_is_evaluated_here(url: str) -> None:
    exprs = parse("up + on (job) requests_total"), parse("up")
    with _opened(url) as recording:
        failed, found = evaluate_each(exprs, recording, STEPS)
        notes = recording.info.notes

    assert isinstance(failed, EvaluationError)
    assert isinstance(found, Matrix)
    assert "1 it could not" in notes[0]


MIXIN = """
from mixwright import Alert, Mixin, Recording, RuleGroup, Severity, promql

rate = Recording("job:requests:rate5m", expr=promql("sum by (job) (rate(requests_total[5m]))"))
down = Alert("Down", expr=promql('up{job="web"} == 0'), hold="2m", severity=Severity.PAGE, summary="{{ $labels.job }}")
busy = Alert("Busy", expr=promql("job:requests:rate5m > 0.6"), severity=Severity.TICKET, summary="{{ $value }}")
again = Alert("Again", expr=promql('count(ALERTS{alertname="Down"}) > 0'), severity=Severity.LOG, summary="x")
MIXIN = Mixin("web", version="1.0.0", rules=(RuleGroup("web", interval="15s", rules=(rate, down, busy, again)),))
"""


def test_a_backtest_by_a_server_is_that_on_its_samples(url: str, tmp_path: Path) -> None:
    (tmp_path / "mixins").mkdir()
    (tmp_path / "mixins" / "web.py").write_text(MIXIN)
    span = "--start", str(STEPS.start // 1000), "--end", str(END // 1000), "--format", "json"
    reports, notes = [], []
    for where in ("--engine", "--recording"):
        words = ["-C", str(tmp_path), "backtest", where, url, *span]
        done = CliRunner().invoke(mixwright, words, catch_exceptions=False)
        assert done.exit_code == 0
        reports.append(json.loads(done.stdout))
        notes.append(done.stderr)

    assert reports[0] == reports[1]
    assert len(reports[0]["pages"]) > 3
    assert "evaluated" in notes[0]
    assert notes[1] == ""


def test_the_command_line_wants_one_place(tmp_path: Path) -> None:
    for words in (["query", "up"], ["query", "up", "-r", "http://a", "--engine", "http://a"]):
        done = CliRunner().invoke(mixwright, words)

        assert done.exit_code == 2
        assert "give `--recording` or `--engine`, and not both" in done.output


def _scripted(answer: Reply) -> Scripted:
    """Answer `query_range` so, and have no samples."""

    def reply(request: Request) -> Reply:
        if request.path.endswith("query_range"):
            return answer
        found = request.path.endswith("query")
        return success({"resultType": "matrix", "result": []}) if found else Reply(404)

    return Scripted(reply)


def test_a_server_that_moves_times_is_refused() -> None:
    row = {"metric": {}, "values": [[STEPS.start / 1000 + 1, "1"]]}
    with (
        _scripted(success({"resultType": "matrix", "result": [row]})) as server,
        pytest.raises(RecordingError, match="answers for other times than it was asked for"),
    ):
        evaluate((parse("up"),), _opened(server.url), STEPS)


def test_native_histograms_are_evaluated_here() -> None:
    row = {"metric": {}, "histograms": [[STEPS.start / 1000, {}]]}
    with _scripted(success({"resultType": "matrix", "result": [row]})) as server:
        (found,) = evaluate((parse("up"),), _opened(server.url), STEPS)

    assert len(found) == 0


def test_a_server_that_refuses_is_not_asked_again() -> None:
    with _scripted(failure(422, "execution", "many-to-many")) as server:
        recording = _opened(server.url)
        for _ in range(3):
            evaluate((parse("up"),), recording, STEPS)
        asked = [request.path for request in server.requests]

    assert asked.count("/api/v1/query_range") == 1
