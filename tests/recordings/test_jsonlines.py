"""VictoriaMetrics' JSON lines are read as VictoriaMetrics writes them."""

from __future__ import annotations

import http.server
import json
import shutil
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from mixwright.errors import RecordingError
from mixwright.frame import Samples, is_stale
from mixwright.recordings import Damage, open_recording

from .conftest import START, same, series

EVER = -(2**62), 2**62


def line(times: object, values: object, **labels: object) -> str:
    return json.dumps({"metric": labels, "values": values, "timestamps": times})


def test_lines_of_one_series_are_put_together(stale: float, tmp_path: Path) -> None:
    path = tmp_path / "export.jsonl"
    path.write_text(
        line([START + 2, START + 3], [None, "Infinity"], __name__="up", job="x")
        + "\n\n"
        + line([START], [1], __name__="up", job="x")
    )

    expected = series("up", [START, START + 2, START + 3], [1, stale, np.inf], job="x")
    assert same(Samples.of([expected]), open_recording(path).select((), *EVER))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"metric":{"a":"b"},"values":[1],', "line 1 is not JSON"),
        ('{"metric":{"a":"b"},"values":[1]}', "line 1 does not have `metric`, `values` and"),
        (line([1], [1, 2], a="b"), "line 1 has 2 values but 1 timestamps"),
        (line([1.5], [1], a="b"), "line 1 has `1.5` where milliseconds are expected"),
        (line([1], ["one"], a="b"), "line 1 has `one` where a number is expected"),
        (line([1], [True], a="b"), "line 1 has `True` where a number is expected"),
        (line([1], [10**400], a="b"), "where a number is expected"),
        (line([2**63], [1], a="b"), "line 1 has a time that does not fit into 64 bits"),
        (line([1], [1], a=1), "line 1 has a label whose value is not text"),
        ('{"metric":{},"values":' + "[" * 10**5, "line 1 is not JSON"),
        ('{"metric":{}}\n', "line 1 does not have"),
    ],
)
def test_the_line_that_cannot_be_read_is_named(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "export").write_text(text)

    with pytest.raises(RecordingError) as raised:
        open_recording(tmp_path / "export")
    assert f"`{tmp_path / 'export'}` line 1 " in str(raised.value)
    assert message in str(raised.value)


def test_salvage_reads_the_other_lines(tmp_path: Path) -> None:
    path = tmp_path / "export"
    path.write_text(line([1], [1], a="b") + "\n" + line([1], [1], a="c")[:-9] + "\n")
    damage = Damage(salvage=True)

    assert len(open_recording(path, damage).select((), *EVER)) == 1
    (loss,) = damage.losses
    assert loss.lost == "the samples of this line"


def exported(url: str, path: Path) -> Samples:
    """Return what a server exports of everything."""
    urllib.request.urlopen(f"{url}/internal/force_flush").close()
    question = "match[]={__name__!=%22%22}&start=0&reduce_mem_usage=1"
    with urllib.request.urlopen(f"{url}/api/v1/export?{question}") as answer:
        path.write_bytes(answer.read())
    return open_recording(path).select((), *EVER)


@pytest.fixture
def victoria(tmp_path: Path) -> Iterator[Callable[..., str]]:
    program = shutil.which("victoria-metrics")
    if program is None:
        pytest.skip("`victoria-metrics` is not on PATH")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    servers = []

    def start(*flags: str) -> str:
        words = f"-storageDataPath={tmp_path / 'vm'}", f"-httpListenAddr=127.0.0.1:{port}"
        command = [program, *words, "-retentionPeriod=100y", *flags]
        servers.append(subprocess.Popen(command, stderr=subprocess.DEVNULL))
        for _ in range(200):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=1).close()
                break
            except OSError:
                time.sleep(0.05)
        return f"http://127.0.0.1:{port}"

    yield start
    for server in servers:
        server.terminate()
        server.wait()


def test_an_export_of_a_real_server_holds_what_was_imported(
    victoria: Callable[..., str], samples: Samples, tmp_path: Path
) -> None:
    url = victoria()
    odd = series("odd", [START, START + 15_000], [7, 8.5], job='q"\\')
    given = Samples.of(sorted([*samples, odd], key=lambda row: row[0]))
    body = "".join(
        line(
            times.tolist(),
            values.tolist(),
            **dict(labels.pairs),
        )
        + "\n"
        for labels, times, values in given
    )
    urllib.request.urlopen(f"{url}/api/v1/import", data=body.encode()).close()
    found = exported(url, tmp_path / "export")

    assert found.labels == given.labels
    assert np.array_equal(found.times, given.times)
    # VictoriaMetrics keeps fifteen digits.
    assert np.allclose(found.values, given.values, rtol=1e-14)


def test_a_null_of_a_real_server_is_a_staleness_marker(
    victoria: Callable[..., str], tmp_path: Path
) -> None:
    class Exporter(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"load 1\n")

        def log_message(self, *words: object) -> None:
            pass

    exporter = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Exporter)
    threading.Thread(target=exporter.serve_forever, daemon=True).start()
    (tmp_path / "scrape.yaml").write_text(
        "global: {scrape_interval: 1s}\nscrape_configs: [{job_name: x, static_configs: "
        f"[{{targets: ['127.0.0.1:{exporter.server_port}']}}]}}]\n"
    )
    url = victoria(f"-promscrape.config={tmp_path / 'scrape.yaml'}")
    time.sleep(2.5)
    exporter.shutdown()
    exporter.server_close()
    time.sleep(2)
    (found,) = [
        values for labels, _, values in exported(url, tmp_path / "export") if labels.name == "load"
    ]

    assert is_stale(found).tolist() == [*[False] * (len(found) - 1), True]
