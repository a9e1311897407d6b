"""A cluster's workers say what one process says, to the last bit, also when one of them is killed on the way."""

from __future__ import annotations

import logging
import os
import shutil
import signal
import sys

import numpy as np
import pytest
from click.testing import CliRunner

from mixwright.cli import mixwright
from mixwright.cluster import Cluster, spread, spreading, workers
from mixwright.cluster.work import Recorded, Work, work
from mixwright.driver.backtest import backtest_project
from mixwright.engine import Options, evaluate
from mixwright.errors import MixwrightError, RecordingError
from mixwright.frame import Steps
from mixwright.promql import parse
from mixwright.recordings import Damage, Remote, open_recording
from mixwright.report import json

distributed = pytest.importorskip("distributed")
MINUTE = 60_000
RATE = parse("sum by (job) (rate(http_requests_total[5m]))")
FAILS = parse("node_load1 / on (job) up")


@pytest.fixture(scope="module")
def scheduler():
    """A scheduler with two workers, each a process of its own that is started anew when it dies."""
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        dashboard_address="127.0.0.1:0",
        silence_logs=logging.CRITICAL,
    ) as cluster:
        yield cluster


@pytest.fixture(scope="module")
def alone(repository, recording):
    return backtest_project(repository, recording)


def _bits(done):
    """Return everything that the report says, and the values that it draws, bit by bit."""
    drawn = [
        (matrix.labels, matrix.present.tobytes(), matrix.values[matrix.present].tobytes())
        for alert in done.result.alerts
        for condition in alert.conditions
        for matrix in (condition.values, condition.thresholds)
        if matrix is not None
    ]
    values = [
        np.array([e.value, e.last_value]).tobytes()
        for e in done.result.episodes
        if isinstance(e.value, float)
    ]
    return json.render(done.result), drawn, values


@pytest.mark.slow
def test_two_workers_one_killed_on_the_way_give_the_report_of_one_process(
    repository, recording, alone, scheduler, monkeypatch
):
    there = []

    def evaluate(self, expr, steps):
        found = ask(self, expr, steps)
        there.append(found is not None)
        return found

    ask = spreading.Spread.evaluate
    monkeypatch.setattr(spreading.Spread, "evaluate", evaluate)
    victim = scheduler.workers[0].pid
    killed = []

    def progress(what, done, of):
        if what == "evaluating rules" and 0 < done < of and not killed:
            killed.append(done / of)
            os.kill(victim, signal.SIGKILL)

    cluster = Cluster.parse(scheduler.scheduler_address)
    spread_out = backtest_project(repository, recording, cluster=cluster, progress=progress)
    assert _bits(spread_out) == _bits(alone)
    assert spread_out.notes == alone.notes
    assert sum(there) > 0.9 * len(there) > 100, "nearly all is evaluated by the workers"
    (share,) = killed
    assert share < 0.5, "the worker was killed while there was work for it"
    with distributed.Client(scheduler) as client:
        client.wait_for_workers(2, timeout=60)
        pids = client.run(os.getpid)
    assert victim not in pids.values()


@pytest.mark.slow
def test_the_command_line_starts_workers_and_prints_the_same(repository, recording, alone):
    words = ["backtest", "--recording", str(recording), "--format", "json", "--cluster", "local:2"]
    result = CliRunner().invoke(mixwright, ["-C", str(repository), *words])
    assert result.exit_code == 0, result.stderr
    assert result.stdout == json.render(alone.result)


@pytest.mark.slow
@pytest.mark.parametrize("where", [lambda path: path, lambda path: Remote(path.as_uri())])
def test_few_shards_are_in_flight_and_each_value_comes_from_a_worker(recording, scheduler, where):
    cluster = Cluster.parse(scheduler.scheduler_address)
    with open_recording(recording) as opened:
        start, end = opened.span()
        parts = [Steps(s, s + 4 * MINUTE, MINUTE) for s in range(start, end, 5 * MINUTE)]
        with spread(opened, where(recording), cluster, Damage(), None) as source:
            source.announce([[((RATE, FAILS), steps)] for steps in parts])
            for steps in parts:
                assert len(source._flying) <= 4
                ours = source.evaluate(RATE, steps)
                (theirs,) = evaluate([RATE], opened, steps)
                assert ours.labels == theirs.labels
                assert ours.values.tobytes() == theirs.values.tobytes()
                assert ours.present.tobytes() == theirs.present.tobytes()
                assert source.evaluate(FAILS, steps) is None
                assert source.evaluate(parse("up"), steps) is None


@pytest.mark.slow
def test_a_worker_that_does_not_see_the_recording_is_told_of(recording, scheduler, tmp_path):
    cluster = Cluster.parse(scheduler.scheduler_address)
    here = shutil.copytree(recording, tmp_path / "here")
    with open_recording(here) as opened:
        start, end = opened.span()
        with spread(opened, here, cluster, Damage(), None) as source:
            here.rename(tmp_path / "elsewhere")
            source.announce([[((RATE,), Steps(start, end, MINUTE))]])
            with pytest.raises(
                MixwrightError, match=r"a worker that cannot read the recording: .*`"
            ):
                source.evaluate(RATE, Steps(start, end, MINUTE))


def test_work_is_done_within_the_budget_and_on_the_same_recording_only(recording):
    with open_recording(recording) as opened:
        recorded = Recorded.of(recording, opened, salvage=False)
        start, end = opened.span()
        steps = Steps(start, end, MINUTE)
        (whole,) = evaluate([RATE], opened, steps)
    given = Work(recorded, (((RATE,), steps),), Options(memory=1 << 20))
    (((ours,),)) = work(given).values
    assert ours.values.tobytes() == whole.values.tobytes()
    other = Recorded(recording, recorded.series, recorded.samples + 1, recorded.span, False)
    with pytest.raises(RecordingError, match="is not the recording that it is for others"):
        work(Work(other, (), Options()))


@pytest.mark.parametrize("text", ["local:0", "local:x", "tcp://host", "http://host:80", ""])
def test_a_cluster_is_an_address_or_a_number_of_workers(text):
    with pytest.raises(MixwrightError, match="is not a cluster; name a dask scheduler"):
        Cluster.parse(text)


def test_no_scheduler_and_no_dask_are_one_line(repository, recording, monkeypatch):
    monkeypatch.setattr(workers, "_PATIENCE", 1)
    cluster = Cluster.parse("tcp://127.0.0.1:9")
    with pytest.raises(
        MixwrightError, match=r"there is no dask scheduler at `tcp://127\.0\.0\.1:9`"
    ):
        backtest_project(repository, recording, cluster=cluster)
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(MixwrightError, match="pip install 'mixwright\\[distributed\\]'"):
        backtest_project(repository, recording, cluster=cluster)


def test_a_live_server_is_not_asked_by_every_worker(repository):
    words = ["backtest", "--recording", "http://127.0.0.1:9", "--cluster", "local:2"]
    result = CliRunner().invoke(mixwright, ["-C", str(repository), *words])
    assert result.exception is not None
    assert "cannot be read by every worker" in str(result.exception)
