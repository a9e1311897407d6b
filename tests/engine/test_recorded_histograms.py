"""Native histograms in the files of a Prometheus are evaluated as it evaluates them."""

from __future__ import annotations

import shutil
import tarfile
from pathlib import Path

import numpy as np
import pytest

from mixwright.engine import evaluate
from mixwright.frame import Steps
from mixwright.promql import parse
from mixwright.recordings import open_recording

from . import upstream

pytestmark = pytest.mark.slow
FILES = Path(__file__).parents[1] / "recordings" / "data" / "prometheus.tar.xz"
METRICS = ("custom_histogram", "float_histogram", "gauge_histogram", "int_histogram", "mixed")
QUERIES = (
    "histogram_count(%s)",
    "histogram_quantile(0.9, %s)",
    "histogram_quantile(0.5, rate(%s[5m]))",
    "histogram_quantile(0.9, avg_over_time(%s[5m]))",
    "histogram_count(increase(%s[7m]))",
    "histogram_avg(sum(rate(%s[5m])))",
    "histogram_fraction(0, 10, %s)",
    "histogram_stddev(%s)",
    "resets(%s[10m])",
    "histogram_sum(%s - %s offset 3m)",
    "count(%s)",
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("histograms")
    with tarfile.open(FILES) as archive:
        archive.extractall(folder, filter="data")
    shutil.copytree(folder / "snappy-xor", folder / "server" / "data")
    return folder


@pytest.fixture(scope="module")
def prometheus(folder):
    program = upstream.binary()
    if program is None:
        pytest.skip("no `prometheus` on the path, and MIXWRIGHT_PROMETHEUS is not set")
    for server in upstream.running(program, folder / "server"):
        if server.version < (3, 0):
            pytest.skip("Prometheus 2 does not read this; set MIXWRIGHT_PROMETHEUS to a 3.x")
        yield server


@pytest.mark.parametrize("metric", METRICS)
def test_answers_are_those_of_prometheus(prometheus, folder, metric):
    recording = open_recording(folder / "snappy-xor")
    first, last = recording.span()
    steps = Steps(first, last, 60_000)
    for text in (query.replace("%s", metric) for query in QUERIES):
        (ours,) = evaluate((parse(text),), recording, steps)
        (theirs,) = prometheus.query_range(text, steps)["data"]["result"]
        assert [dict(labels) for labels in ours.labels] == [theirs["metric"]], text
        here = ours.present[0]
        times = [round(time * 1000) for time, _ in theirs["values"]]
        assert steps.times[here].tolist() == times, text
        values = [upstream.number(value) for _, value in theirs["values"]]
        np.testing.assert_allclose(ours.values[0, here], values, rtol=1e-9, err_msg=text)
