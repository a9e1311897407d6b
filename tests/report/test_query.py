"""Answers of a query, as Prometheus' API gives them."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
import urllib.parse
import urllib.request
from pathlib import Path

import pytest

from mixwright.driver.query import query
from mixwright.report.query import number, to_json, to_table


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1"),
        (-0.0, "-0"),
        (0.1, "0.1"),
        (1e20, "100000000000000000000"),
        (1e21, "1e+21"),
        (1.5e-6, "0.0000015"),
        (1.5e-7, "1.5e-07"),
        (-123456.789, "-123456.789"),
        (float("nan"), "NaN"),
        (float("-inf"), "-Inf"),
    ],
)
def test_numbers_are_written_as_the_api_writes_them(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("expression", "kind"),
    [("up", "vector"), ("up[1m]", "matrix"), ("1 + 1", "scalar"), ('"text"', "string")],
)
def test_every_type_has_its_answer(recording: Path, expression: str, kind: str) -> None:
    answer = query(recording, expression, start=None, end=None, step=60_000)

    assert json.loads(to_json(answer))["data"]["resultType"] == kind
    assert to_table(answer)


def _free_port() -> int:
    import socket

    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _wait(url: str) -> None:
    for _ in range(100):
        try:
            urllib.request.urlopen(url)
        except OSError:
            time.sleep(0.1)
        else:
            return


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("prometheus") is None, reason="prometheus is not installed")
def test_prometheus_answers_the_same(recording: Path, tmp_path: Path) -> None:
    """A real Prometheus answers from the same samples, byte for byte, where 2.x and 3.x agree."""
    from mixwright.recordings import open_recording

    with open_recording(recording) as opened:
        samples = opened.select((), *opened.span() or (0, 0))
        end = (opened.span() or (0, 0))[1] // 60_000 * 60_000
    dump = tmp_path / "dump.om"
    with dump.open("w") as file:
        for labels, times, values in samples:
            if labels.name in ("up", "node_load1", "http_requests_total"):
                pairs = ",".join(f'{n}="{v}"' for n, v in labels.items() if n != "__name__")
                for at, value in zip(times.tolist(), values.tolist(), strict=True):
                    if value == value:
                        file.write(f"{labels.name}{{{pairs}}} {value!r} {at / 1000:.3f}\n")
        file.write("# EOF\n")
    blocks = tmp_path / "data"
    make = ["promtool", "tsdb", "create-blocks-from", "openmetrics", str(dump), str(blocks)]
    subprocess.run(make, check=True, capture_output=True)
    (tmp_path / "prometheus.yml").write_text("{}\n")
    address = f"127.0.0.1:{_free_port()}"
    server = subprocess.Popen(
        [
            "prometheus",
            f"--config.file={tmp_path / 'prometheus.yml'}",
            f"--storage.tsdb.path={blocks}",
            "--storage.tsdb.retention.time=100y",
            f"--web.listen-address={address}",
        ],
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait(f"http://{address}/-/ready")
        for expression in (
            "up",
            "sum by (job) (up)",
            "node_load1 * 2",
            "rate(http_requests_total[3m7s])",
        ):
            data = urllib.parse.urlencode(
                {"query": expression, "start": end / 1000 - 600, "end": end / 1000, "step": 30}
            )
            with urllib.request.urlopen(f"http://{address}/api/v1/query_range?{data}") as response:
                theirs = json.load(response)
            answer = query(blocks, expression, start=end - 600_000, end=end, step=30_000)
            ours = json.loads(to_json(answer))
            assert ours == theirs
    finally:
        server.terminate()
        server.wait()
