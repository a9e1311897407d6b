"""A real Prometheus on loopback, fed by remote write, to compare answers with."""

from __future__ import annotations

import contextlib
import http.client
import json
import math
import os
import re
import shutil
import socket
import struct
import subprocess
import time
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import attrs

from mixwright.frame import Samples, Steps


@attrs.frozen
class Prometheus:
    """A running server."""

    port: int
    version: tuple[int, int]

    def query_range(self, expr: str, steps: Steps) -> dict:
        """Return the server's answer, errors included."""
        parameters = {
            "query": expr,
            "start": steps.start / 1000,
            "end": steps.end / 1000,
            "step": steps.step / 1000,
        }
        return self._ask("/api/v1/query_range", parameters)

    def query(self, expr: str, at: int) -> dict:
        """Return the server's answer for one instant, errors included."""
        return self._ask("/api/v1/query", {"query": expr, "time": at / 1000})

    def _ask(self, path: str, parameters: dict) -> dict:
        body = urllib.parse.urlencode(parameters).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return json.loads(_ask(self.port, "POST", path, body, headers)[1])

    def write(self, samples: Samples) -> None:
        """Send samples by remote write, staleness markers and all, ten minutes of all series at a time."""
        span = samples.span()
        assert span is not None
        for start in range(span[0], span[1] + 1, 600_000):
            request = b""
            for number, labels in enumerate(samples.labels):
                times, values = samples.series(number)
                here = (times >= start) & (times < start + 600_000)
                series = b"".join(
                    _field(1, _field(1, name.encode()) + _field(2, value.encode()))
                    for name, value in labels.pairs
                )
                for at, value in zip(times[here].tolist(), values[here].tolist(), strict=True):
                    series += _field(2, b"\x09" + struct.pack("<d", value) + b"\x10" + _varint(at))
                request += _field(1, series) if here.any() else b""
            self._post(_snappy(request))

    def _post(self, body: bytes) -> None:
        headers = {
            "Content-Encoding": "snappy",
            "Content-Type": "application/x-protobuf",
            "X-Prometheus-Remote-Write-Version": "0.1.0",
        }
        status, text = _ask(self.port, "POST", "/api/v1/write", body, headers)
        assert status in (200, 204), text


def _ask(port: int, method: str, path: str, body: bytes, headers: dict) -> tuple[int, bytes]:
    with contextlib.closing(
        http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    ) as connection:
        connection.request(method, path, body, headers)
        with connection.getresponse() as response:
            return response.status, response.read()


def _varint(number: int) -> bytes:
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def _field(number: int, content: bytes) -> bytes:
    return _varint(number << 3 | 2) + _varint(len(content)) + content


def _snappy(data: bytes) -> bytes:
    """Wrap data as snappy literals, without compressing it."""
    out = _varint(len(data))
    for start in range(0, len(data), 65_536):
        piece = data[start : start + 65_536]
        out += b"\xf4" + struct.pack("<H", len(piece) - 1) + piece
    return out


def binary() -> str | None:
    """Return the Prometheus to test with: `$MIXWRIGHT_PROMETHEUS`, or the one on the path."""
    return os.environ.get("MIXWRIGHT_PROMETHEUS") or shutil.which("prometheus")


def running(program: str, folder: Path) -> Iterator[Prometheus]:
    """Start a server on a free port, and stop it in the end."""
    text = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    found = re.search(r"version (\d+)\.(\d+)", text.stdout + text.stderr)
    # A server built from source without release flags does not know its version; it is a new one.
    version = (int(found[1]), int(found[2])) if found else (3, 99)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    config = folder / "prometheus.yml"
    config.write_text("global: {}\n", encoding="utf-8")
    features = "promql-at-modifier,promql-negative-offset"
    if version >= (3, 0):
        features = "promql-experimental-functions,promql-binop-fill-modifiers"
    command = [
        program,
        f"--config.file={config}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--web.enable-remote-write-receiver",
        f"--enable-feature={features}",
        "--storage.tsdb.retention.time=100y",
        "--log.level=error",
    ]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            yield Prometheus(_ready(port, process), version)
        finally:
            process.terminate()
            process.wait(20)


def _ready(port: int, process: subprocess.Popen) -> int:
    for _ in range(200):
        assert process.poll() is None, "the server has ended"
        try:
            if _ask(port, "GET", "/-/ready", b"", {})[0] == 200:
                return port
        except OSError:
            pass
        time.sleep(0.1)
    raise AssertionError("the server does not answer")


def number(text: str) -> float:
    """Return a sample value of an answer."""
    return {"NaN": math.nan, "+Inf": math.inf, "-Inf": -math.inf}.get(text) or float(text)
