"""What a real server gives away, by each way, is what it has, sample for sample."""

from __future__ import annotations

import os
import shutil
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import numpy as np
import pytest

from mixwright.engine import evaluate
from mixwright.frame import STALE_NAN, MemorySource, Samples, Steps, is_stale
from mixwright.frame.histogram import ResetHint
from mixwright.promql import parse
from mixwright.recordings import Damage, Server, open_recording
from mixwright.recordings.promdump import read_dump
from mixwright.recordings.server.matrix import NORMAL_NAN
from mixwright.recordings.server.rangequery import RangeQuery
from mixwright.recordings.server.reading import ServerRecording
from mixwright.recordings.server.remoteread import RemoteRead
from mixwright.values import Matcher, MatchOp

from . import servers
from .conftest import same, series

EVERY = 1_000
COUNT = 600
NOW = int(time.time() * 1000) // EVERY * EVERY
"""Servers keep what is about as old as now."""
FIRST = NOW - COUNT * EVERY - 60_000
LAST = FIRST + (COUNT - 1) * EVERY


def _written() -> Samples:
    """Two targets; one fails for a while, loses a series in the middle, and is taken away in the end."""
    times = np.arange(FIRST, LAST + 1, EVERY)
    found = []
    for number, instance in enumerate(("a:1", "b:2")):
        target = {"instance": instance, "job": "web"}
        seen = times + 137 * number
        up = np.ones(COUNT)
        counter = np.arange(COUNT) * 7.5
        odd = np.tile([1.25, NORMAL_NAN, np.inf, -np.inf], COUNT // 4)
        if number:
            seen = seen[: COUNT // 2]
            up, counter, odd = up[: len(seen)], counter[: len(seen)], odd[: len(seen)]
            up[100:110] = 0
            failing = np.arange(101, 110)
            counter[100] = odd[100] = STALE_NAN
            up_to = np.append(seen, seen[-1] + EVERY)
            found.append(series("up", up_to, np.append(up, STALE_NAN), **target))
            kept = np.delete(np.arange(len(seen)), failing)
            ended = np.append(seen[kept], seen[-1] + EVERY)
            found.append(series("total", ended, np.append(counter[kept], STALE_NAN), **target))
            found.append(series("odd", ended, np.append(odd[kept], STALE_NAN), **target))
            short = np.append(np.arange(40) * 1.0, STALE_NAN)
            found.append(series("short", seen[20:61], short, le="0.5", **target))
        else:
            found += [
                series("up", seen, up, **target),
                series("total", seen, counter, **target),
                series("odd", seen, odd, **target),
            ]
    return Samples.of(sorted(found, key=lambda row: row[0]))


WRITTEN = _written()


@pytest.fixture(scope="module", params=servers.prometheus_binaries(), ids=str)
def prometheus_url(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[str, Path]]:
    folder = tmp_path_factory.mktemp("server")
    config = "global: {external_labels: {region: north, replica: '1'}}"
    arguments = "--web.enable-remote-write-receiver", "--query.max-samples=1000"
    with servers.prometheus(request.param, folder, *arguments, config=config) as url:
        servers.remote_write(url, WRITTEN)
        yield url, folder / "data"


@pytest.fixture
def url(prometheus_url: tuple[str, Path]) -> str:
    return prometheus_url[0]


def _opened(url: str, way: type | None = None) -> ServerRecording:
    return ServerRecording(Server(url), start=FIRST, end=LAST + 1000, way=way)


def test_remote_read_gives_chunks_as_they_are(url: str) -> None:
    recording = _opened(url)

    assert recording.way.name == "remote read"
    assert same(WRITTEN, recording.select((), FIRST, LAST + 1000))
    assert recording.notes == ()


def test_remote_read_gives_plain_samples_as_they_are(url: str) -> None:
    recording = _opened(url)
    recording.way = RemoteRead(recording.client, streamed=False)

    assert same(WRITTEN, recording.select((), FIRST, LAST + 1000))


def test_range_queries_give_every_sample_once_and_markers_are_put_where_they_were(url: str) -> None:
    # A thousand samples at once is all that the server allows: time and series are split.
    recording = _opened(url, RangeQuery)

    assert same(WRITTEN, recording.select((), FIRST, LAST))
    assert "no staleness markers" in recording.notes[0]


def test_promtool_reads_the_same_from_the_servers_files(
    prometheus_url: tuple[str, Path], promtool: Callable[..., str], tmp_path: Path
) -> None:
    url, data = prometheus_url
    dump = tmp_path / "dump"
    dump.write_text(promtool("tsdb", "dump", data))
    theirs = read_dump(dump, Damage()).select((), FIRST, LAST + 1000)
    ours = _opened(url).select((), FIRST, LAST + 1000)

    assert ours.labels == theirs.labels
    assert np.array_equal(ours.values, theirs.values, equal_nan=True)
    assert all(np.array_equal(ours.series(n)[0], theirs.series(n)[0]) for n in range(len(ours)))


@pytest.mark.parametrize("way", [RemoteRead, RangeQuery])
def test_only_the_time_and_the_series_asked_for_come_back(url: str, way: type) -> None:
    wanted = (Matcher("instance", MatchOp.REGEX, "a.*"), Matcher("__name__", MatchOp.EQUAL, "up"))
    found = _opened(url, way).select(wanted, FIRST + 5_000, FIRST + 7_000)

    assert [str(labels) for labels in found.labels] == ['up{instance="a:1", job="web"}']
    assert found.times.tolist() == [FIRST + 5_000, FIRST + 6_000, FIRST + 7_000]


def test_the_span_is_what_the_server_was_opened_for(url: str) -> None:
    recording = _opened(url)

    assert recording.span() == (FIRST, LAST + 1000)
    assert recording.series() == WRITTEN.labels
    assert recording.info.series == len(WRITTEN)


def test_native_histograms_come_by_remote_read(prometheus: Path, tmp_path: Path) -> None:
    binary = os.environ.get("MIXWRIGHT_PROMETHEUS")
    if binary is None:
        pytest.skip("MIXWRIGHT_PROMETHEUS does not name a Prometheus 3")
    data = tmp_path / "data"
    shutil.copytree(prometheus / "snappy-xor", data)
    expected = open_recording(data).select((), 0, NOW)
    with servers.prometheus(binary, tmp_path / "server", data=data) as url:
        recording = _opened(url)
        chunks = recording.select((), 0, NOW)
        recording.way = RemoteRead(recording.client, streamed=False)
        plain = recording.select((), 0, NOW)

    assert expected.histograms is not None
    assert same(_without_claims(expected), _without_claims(chunks))
    assert same(_without_claims(expected), _without_claims(plain))


def _without_claims(samples: Samples) -> Samples:
    """Leave out what is said about resets, which Prometheus finds anew, and buckets that are empty."""
    assert samples.histograms is not None
    bare = samples.histograms.copy()
    for number, found in enumerate(bare.tolist()):
        if found is not None:
            bare[number] = attrs.evolve(found.compacted(), hint=ResetHint.UNKNOWN)
    return attrs.evolve(samples, histograms=bare)


def test_an_api_behind_a_path_prefix_is_found(tmp_path: Path) -> None:
    # As Mimir's `/prometheus`, Thanos' `/team/thanos` and VictoriaMetrics' `/select/0/prometheus` are.
    binary = servers.program("prometheus")
    prefix = "--web.route-prefix=/select/0/prometheus", "--web.enable-remote-write-receiver"
    with servers.prometheus(binary, tmp_path, *prefix) as url:
        url += "/select/0/prometheus/"
        servers.remote_write(url.rstrip("/"), WRITTEN)

        assert same(WRITTEN, _opened(url).select((), FIRST, LAST))


def test_external_labels_that_cannot_be_told_apart_are_told(tmp_path: Path) -> None:
    binary = servers.program("prometheus")
    config = "global: {external_labels: {instance: north, region: '1'}}"
    arguments = ("--web.enable-remote-write-receiver",)
    with servers.prometheus(binary, tmp_path, *arguments, config=config) as url:
        servers.remote_write(url, WRITTEN)
        recording = _opened(url)

        assert same(WRITTEN, recording.select((), FIRST, LAST))
        assert 'its external labels `{instance="north"}` onto series' in recording.notes[0]


@pytest.fixture(scope="module")
def victoria(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("victoria")
    port = servers.free_port()
    url = f"http://127.0.0.1:{port}"
    command = [
        servers.program("victoria-metrics"),
        f"-storageDataPath={folder / 'data'}",
        f"-httpListenAddr=127.0.0.1:{port}",
        "-search.latencyOffset=0s",
    ]
    with servers.running(command, f"{url}/health", folder / "log"):
        servers.remote_write(url, WRITTEN)
        urllib.request.urlopen(f"{url}/internal/force_flush", timeout=30).close()
        yield url


def test_victoriametrics_exports_everything_it_keeps(victoria: str) -> None:
    recording = _opened(victoria)

    assert recording.way.name == "export"
    assert same(_without_nan(WRITTEN), recording.select((), FIRST, LAST + 1000))
    assert recording.notes == ()


def test_victoriametrics_answers_range_queries_too(victoria: str) -> None:
    wanted = (
        Matcher("__name__", MatchOp.EQUAL, "total"),
        Matcher("instance", MatchOp.EQUAL, "a:1"),
    )
    found = _opened(victoria, RangeQuery).select(wanted, FIRST, LAST)

    assert same(MemorySource(WRITTEN).select(wanted, FIRST, LAST), found)


def _without_nan(samples: Samples) -> Samples:
    """Leave out what VictoriaMetrics does not keep: NaN that is no staleness marker."""
    kept = [~np.isnan(values) | is_stale(values) for _, _, values in samples]
    return Samples.of(
        (labels, times[here], values[here])
        for (labels, times, values), here in zip(samples, kept, strict=True)
    )


@pytest.mark.slow
@pytest.mark.parametrize("binary", servers.prometheus_binaries())
def test_what_is_scraped_right_now_comes_with_its_ends(binary: str, tmp_path: Path) -> None:
    with servers.Exporter() as exporter:
        exporter.lines = ["# TYPE seen counter", "seen 1", 'gone{x="1"} 3.25', "odd NaN"]
        config = (
            "global: {scrape_interval: 200ms, scrape_timeout: 200ms}\n"
            f"scrape_configs: [{{job_name: live, static_configs: [{{targets: ['{exporter.target}']}}]}}]"
        )
        with servers.prometheus(binary, tmp_path, config=config) as url:
            begin = int(time.time() * 1000)
            while not len(_opened(url).select((), begin, begin + 60_000)):
                time.sleep(0.2)
            time.sleep(1.0)
            del exporter.lines[2]
            time.sleep(0.6)
            exporter.failing = True
            time.sleep(0.6)
            exporter.failing = False
            exporter.lines.append('gone{x="1"} 4.5')
            time.sleep(1.5)
            end = int(time.time() * 1000) - 500
            found = _opened(url).select((), begin, end)
            queried = _opened(url, RangeQuery).select((), begin, end)
        expected = open_recording(tmp_path / "data").select((), begin, end)

    assert same(expected, found)
    assert same(expected, queried)
    ends = {labels.name: int(is_stale(values).sum()) for labels, _, values in expected}
    assert (ends["gone"], ends["seen"], ends["up"]) == (1, 1, 0)


def test_victoriametrics_evaluates_expressions(victoria: str) -> None:
    wanted = parse('total{instance="a:1"} + 0.5')
    steps = Steps(FIRST + 30_000, FIRST + 90_000, 1_000)
    recording = open_recording(Server(victoria, evaluates=True), start=FIRST, end=LAST)
    (found,) = evaluate((wanted,), recording, steps)
    (expected,) = evaluate((wanted,), MemorySource(WRITTEN), steps)

    assert found.labels == expected.labels
    assert found.values.tolist() == expected.values.tolist()
    assert "evaluated 1 expressions; those" in recording.info.notes[0]
