"""Exporters are scraped as Prometheus scrapes them, told side by side with a real one."""

from __future__ import annotations

import contextlib
import gzip
import http.server
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from mixwright.errors import MixwrightError, RecordingError
from mixwright.frame import Samples, is_stale
from mixwright.recordings import Metadata, open_recording
from mixwright.recordings.scrape import Scraping, parse_target
from mixwright.recordings.scrape.fetching import Answer, Fetcher
from mixwright.recordings.scrape.loop import TargetLoop
from mixwright.recordings.scrape.run import next_time, stamp
from mixwright.recordings.store import append_store, write_store
from mixwright.values import Labels

EVER = -(2**62), 2**62
OPENMETRICS = "application/openmetrics-text; version=1.0.0; charset=utf-8"
TEXT = "text/plain; version=0.0.4"


class Exporter:
    """Answers what it is told to, on a port that stays the same when it is stopped and started again."""

    def __init__(self) -> None:
        self.answer: Callable[[], tuple[int, str, bytes]] = lambda: (200, TEXT, b"")
        self.asked: list[dict[str, str]] = []
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}/metrics"
        self._server: http.server.ThreadingHTTPServer | None = None

    def start(self) -> None:
        exporter = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                exporter.asked.append(dict(self.headers))
                status, kind, body = exporter.answer()
                self.send_response(status)
                self.send_header("Content-Type", kind)
                if "gzip" in kind:
                    self.send_header("Content-Encoding", "gzip")
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(body)

            def log_message(self, *words: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def stop(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


@pytest.fixture
def exporter() -> Iterator[Exporter]:
    exporter = Exporter()
    exporter.start()
    yield exporter
    exporter.stop()


def told(text: str, kind: str = TEXT) -> Answer:
    return Answer(text.encode(), kind == OPENMETRICS)


def loop() -> TargetLoop:
    return TargetLoop(parse_target("web=127.0.0.1:80"))


def taken(
    target: TargetLoop, answer: Answer | RecordingError, at: int
) -> dict[str, tuple[int, float]]:
    samples, _ = target.take(answer, at, 0.25)
    short = [
        (str(labels.drop(("job",)) if labels["job"] == "web" else labels), when, value)
        for labels, when, value in samples
    ]
    assert len({name for name, *_ in short}) == len(short)
    return {name.replace('{instance="127.0.0.1:80"}', ""): (w, v) for name, w, v in short}


def test_a_scrape_is_reported_on() -> None:
    assert taken(loop(), told('a 1\nb{x="y"} 2\n'), 1000) == {
        "a": (1000, 1.0),
        'b{instance="127.0.0.1:80", x="y"}': (1000, 2.0),
        "up": (1000, 1.0),
        "scrape_duration_seconds": (1000, 0.25),
        "scrape_samples_scraped": (1000, 2.0),
        "scrape_samples_post_metric_relabeling": (1000, 2.0),
        "scrape_series_added": (1000, 2.0),
    }


def test_a_series_that_vanishes_is_marked_stale_once() -> None:
    target = loop()
    taken(target, told("a 1\nb 2\n"), 1000)
    second = taken(target, told("a 1\n"), 2000)
    third = taken(target, told("a 1\nb 3\n"), 3000)
    fourth = taken(target, RecordingError("down"), 4000)
    fifth = taken(target, RecordingError("down"), 5000)

    assert is_stale(np.array([second["b"][1]])).all()
    assert second["scrape_series_added"] == (2000, 0.0)
    assert third["scrape_series_added"] == (3000, 1.0)
    assert is_stale(np.array([fourth["a"][1], fourth["b"][1]])).all()
    assert fourth["up"] == (4000, 0.0)
    assert set(fifth) == {
        "up",
        "scrape_duration_seconds",
        "scrape_samples_scraped",
        "scrape_samples_post_metric_relabeling",
        "scrape_series_added",
    }


def test_nothing_is_kept_of_a_scrape_that_cannot_be_read() -> None:
    target = loop()
    taken(target, told("a 1\nb 1\n"), 1000)
    samples, failure = target.take(told("a 2\nb one\n"), 2000, 0.1)

    assert (
        str(failure) == "`http://127.0.0.1:80/metrics` line 2 has `one` where a value is expected"
    )
    names = [labels.name for labels, *_ in samples]
    assert names[0] == "b"
    assert "a" not in names


def test_times_of_the_exporter_are_honoured_within_reason() -> None:
    target = loop()
    now = 1_700_000_000_000
    first = taken(
        target, told(f"a 1 {now - 5}\nold 1 {now - 7_200_000}\nnew 1 {now + 700_000}\n"), now
    )
    again = taken(target, told(f"a 1 {now - 5}\n"), now + 1000)
    gone = taken(target, told("b 1\n"), now + 2000)

    assert first["a"] == (now - 5, 1.0)
    assert "old" not in first
    assert "new" not in first
    assert first["scrape_samples_post_metric_relabeling"][1] == 3
    assert "a" not in again
    assert "a" not in gone


def test_labels_that_clash_are_called_exported() -> None:
    target = loop()
    (sample, *_), _ = target.take(told('a{job="x",exported_job="y",instance="z"} 1\n'), 1000, 0.1)

    assert sample[0] == Labels(
        {
            "__name__": "a",
            "job": "web",
            "instance": "127.0.0.1:80",
            "exported_job": "y",
            "exported_exported_job": "x",
            "exported_instance": "z",
        }
    )


def test_of_two_lines_of_one_series_the_first_counts() -> None:
    found = taken(loop(), told('a{x="1",y="2"} 1\na{y="2",x="1"} 2\na{x="1",y="2"} 3\n'), 1000)

    assert found['a{instance="127.0.0.1:80", x="1", y="2"}'] == (1000, 1.0)
    assert found["scrape_samples_scraped"] == (1000, 3.0)


def test_openmetrics_counts_in_seconds_and_must_be_whole() -> None:
    now = 1_700_000_000_000
    found = taken(loop(), told(f"a 1 {now / 1000}\n# EOF\n", OPENMETRICS), now + 10)
    assert found["a"] == (now, 1.0)

    cut = taken(loop(), told("a 1\n", OPENMETRICS), now)
    assert cut["up"] == (now, 0.0)
    assert "a" not in cut


def test_types_and_help_are_kept() -> None:
    target = loop()
    taken(target, told("# HELP a What\\nit is.\n# TYPE a gauge\na 1\n"), 1000)

    assert target.metadata == {"a": Metadata("gauge", "What\nit is.")}


def test_an_answer_is_bounded_in_time_and_size(
    exporter: Exporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporter.answer = lambda: (200, f"{TEXT}; gzip", gzip.compress(b"a 1\n" * 10**6))
    assert len(Fetcher([exporter.url]).fetch(exporter.url, 5).body) == 4 * 10**6
    monkeypatch.setattr("mixwright.recordings.scrape.fetching.LARGEST_BODY", 10**6)
    with pytest.raises(RecordingError, match="answers with more than 1000000 bytes"):
        Fetcher([exporter.url]).fetch(exporter.url, 5)
    exporter.answer = lambda: (200, f"{TEXT}; gzip", gzip.compress(b"a 1\n" * 100)[:-9])
    with pytest.raises(RecordingError, match="breaks off in the middle"):
        Fetcher([exporter.url]).fetch(exporter.url, 5)
    exporter.answer = lambda: (503, TEXT, b"")
    with pytest.raises(RecordingError, match="answered with status 503"):
        Fetcher([exporter.url]).fetch(exporter.url, 5)

    def slow() -> tuple[int, str, bytes]:
        time.sleep(1)
        return 200, TEXT, b"a 1\n"

    exporter.answer = slow
    with pytest.raises(RecordingError, match="does not answer: timed out"):
        Fetcher([exporter.url]).fetch(exporter.url, 0.2)
    assert exporter.asked[0]["Accept"].startswith("application/openmetrics-text;version=1.0.0")


@pytest.mark.parametrize(
    ("text", "url", "job", "instance"),
    [
        ("localhost:9100", "http://localhost:9100/metrics", "scrape", "localhost:9100"),
        ("node=http://n:1/", "http://n:1/metrics", "node", "n:1"),
        ("https://n/probe?target=a=b", "https://n/probe?target=a=b", "scrape", "n"),
    ],
)
def test_an_address_says_where_and_what(text: str, url: str, job: str, instance: str) -> None:
    target = parse_target(text)

    assert (target.url, target.labels) == (url, Labels({"job": job, "instance": instance}))


@pytest.mark.parametrize("text", ["", "ftp://x", "http://", "http://a:b", "a b:9"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(MixwrightError, match="is not an address to scrape"):
        parse_target(text)


def scrape(path: Path, url: str, seconds: float) -> Scraping:
    def write(samples: Samples, metadata: object) -> None:
        put = append_store if path.exists() else write_store
        put(path, samples, provenance="", metadata=metadata)

    scraping = Scraping([parse_target(f"x={url}")], interval=250, timeout=1, write=write)
    scraping.run(seconds, lambda _: None)
    return scraping


def test_scrapes_have_aligned_times_unless_they_are_late() -> None:
    assert next_time(100.0, 250, 1000) == 100_250
    assert next_time(100.25, 250, 1000) == 101_250
    assert next_time(100.2501, 250, 1000) == 101_250
    assert stamp(100_250, 100_252, 1000) == 100_250
    assert stamp(100_250, 100_260, 1000) == 100_250
    assert stamp(100_250, 100_261, 1000) == 100_261


def test_scraping_can_be_resumed(exporter: Exporter, tmp_path: Path) -> None:
    exporter.answer = lambda: (200, TEXT, b"# TYPE a gauge\na 1\n")
    scrape(tmp_path / "r", exporter.url, 1.1)
    between = time.time() * 1000
    scrape(tmp_path / "r", exporter.url, 1.1)
    recording = open_recording(tmp_path / "r")
    samples = recording.select((), *EVER)
    (times,) = [t for labels, t, _ in samples if labels.name == "a"]

    assert (times < between).any()
    assert (times > between).any()
    assert len(samples.clock_starts) == 2
    assert recording.info.metadata == {"a": Metadata("gauge", "")}


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Callable[[str], Path]]:
    """Starts a Prometheus that scrapes an exporter every 250 ms; returns its data directory."""
    program = shutil.which("prometheus")
    if program is None:
        pytest.skip("`prometheus` is not on PATH; install it to compare with it")
    started = []

    def start(url: str) -> Path:
        (tmp_path / "prometheus.yaml").write_text(
            "scrape_configs: [{job_name: x, scrape_interval: 250ms, scrape_timeout: 250ms, "
            f"static_configs: [{{targets: ['{url.split('/')[2]}']}}]}}]\n"
        )
        started.append(
            subprocess.Popen(
                [
                    program,
                    f"--config.file={tmp_path / 'prometheus.yaml'}",
                    f"--storage.tsdb.path={tmp_path / 'data'}",
                    "--web.listen-address=127.0.0.1:0",
                    "--log.level=error",
                ],
                stderr=subprocess.DEVNULL,
            )
        )
        return tmp_path / "data"

    yield start
    for process in started:
        process.terminate()
        process.wait()


def shapes(samples: Samples) -> dict[str, list[str]]:
    """Return what happened to each series: its values in order, repetitions left out."""
    found = {}
    for labels, _, values in samples:
        if labels.name == "scrape_duration_seconds":
            continue
        said = [
            "stale" if gone else str(v) for v, gone in zip(values, is_stale(values), strict=True)
        ]
        kept = [word for n, word in enumerate(said) if n == 0 or said[n - 1] != word]
        found[str(labels)] = kept
    return found


@pytest.mark.slow
def test_a_real_prometheus_records_the_same(
    exporter: Exporter, server: Callable[[str], Path], tmp_path: Path
) -> None:
    stages = [
        (200, TEXT, b'a{job="own"} 1\nb{x="1"} 2\nc 3\nc 4\n'),
        (200, TEXT, b'a{job="own"} 1\nb{x="2"} 2\nc 3\n'),
        (200, OPENMETRICS, b"# TYPE a gauge\na 1\n# EOF\n"),
        (200, OPENMETRICS, b"a 1\nb 1\n"),
        (500, TEXT, b"a 1\n"),
        (200, TEXT, b"a 1\nb 1 x\nc 2\n"),
        (200, TEXT, b""),
        (200, TEXT, b'd{le="+Inf"} NaN\ne +Inf\nf 1e3\n'),
    ]
    exporter.answer = lambda: stages[0]
    data = server(exporter.url)
    while not exporter.asked:
        time.sleep(0.02)
    recorder = threading.Thread(target=scrape, args=(tmp_path / "r", exporter.url, 8.6))
    recorder.start()
    for stage in stages:
        exporter.answer = lambda stage=stage: stage
        time.sleep(0.8)
    exporter.stop()
    time.sleep(0.8)
    exporter.start()
    time.sleep(0.8)
    exporter.answer = lambda: stages[0]
    recorder.join()

    ours = shapes(open_recording(tmp_path / "r").select((), *EVER))
    theirs = shapes(open_recording(data).select((), *EVER))
    assert ours == theirs
