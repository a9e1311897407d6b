"""Real servers on loopback, and an exporter whose series come and go."""

from __future__ import annotations

import contextlib
import http.server
import json
import os
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import parse_qsl

import numpy as np
import pyarrow
import pytest

from mixwright.frame import MemorySource, Samples, Times, Values
from mixwright.frame.slicing import between
from mixwright.promql import Range, parse
from mixwright.recordings.server.protobuf import write_bytes, write_number
from mixwright.values import Labels


def prometheus_binaries() -> list[str]:
    """Return every Prometheus to test with: the one on the path, and `$MIXWRIGHT_PROMETHEUS`."""
    found = (shutil.which("prometheus"), os.environ.get("MIXWRIGHT_PROMETHEUS"))
    return list(dict.fromkeys(path for path in found if path))


def program(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        pytest.skip(f"`{name}` is not on the path; install it to record from it")
    return path


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@contextlib.contextmanager
def running(command: Sequence[str | Path], ready: str, log: Path) -> Iterator[None]:
    """Run a server until the block is left; wait until `ready` answers anything at all."""
    with log.open("wb") as out:
        process = subprocess.Popen(list(map(str, command)), stdout=out, stderr=out)
    try:
        deadline = time.monotonic() + 30
        while not _answers(ready):
            if process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"{command[0]} does not answer:\n{log.read_text()}")
            time.sleep(0.05)
        yield
    finally:
        process.terminate()
        process.wait(20)


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except urllib.error.HTTPError as error:
        return error.code != 503
    except urllib.error.URLError as error:
        # A server that wants TLS in a way that we do not speak is there.
        return "SSL" in str(error.reason)
    except OSError:
        return False
    return True


@contextlib.contextmanager
def prometheus(
    binary: str, folder: Path, *arguments: str, config: str = "{}", data: Path | None = None
) -> Iterator[str]:
    """Run a Prometheus; yields its address."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "prometheus.yml").write_text(config)
    port = free_port()
    command = [
        binary,
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={data or folder / 'data'}",
        "--storage.tsdb.retention.time=100y",
        f"--web.listen-address=127.0.0.1:{port}",
        *arguments,
    ]
    scheme = "https" if any("web.config" in argument for argument in arguments) else "http"
    url = f"{scheme}://127.0.0.1:{port}"
    with running(command, f"{url}/-/ready", folder / "log"):
        yield url


class Exporter:
    """Serves metrics that a test can change; a target that can fail."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.failing = False
        exporter = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = "\n".join([*exporter.lines, ""]).encode()
                self.send_response(500 if exporter.failing else 200)
                self.send_header("Content-Type", "text/plain; version=0.0.4")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.target = f"127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever)

    def __enter__(self) -> Exporter:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def remote_write(url: str, samples: Samples) -> None:
    """Send samples to a server that takes remote write, staleness markers included."""
    request = b"".join(write_bytes(1, _time_series(*series)) for series in samples)
    body = pyarrow.compress(request, codec="snappy", asbytes=True)
    headers = {"Content-Encoding": "snappy", "Content-Type": "application/x-protobuf"}
    sent = urllib.request.Request(f"{url}/api/v1/write", data=body, headers=headers)
    urllib.request.urlopen(sent, timeout=30).close()


def _time_series(labels: Labels, times: Times, values: Values) -> bytes:
    parts = [
        write_bytes(1, write_bytes(1, name.encode()) + write_bytes(2, value.encode()))
        for name, value in labels.pairs
    ]
    for time_, value in zip(times.tolist(), values, strict=True):
        double = bytes([1 << 3 | 1]) + np.float64(value).tobytes()
        parts.append(write_bytes(2, double + write_number(2, time_)))
    return b"".join(parts)


class Request(NamedTuple):
    """What came to a `Scripted` server."""

    path: str
    fields: dict[str, str]
    headers: dict[str, str]


class Reply(NamedTuple):
    """What goes back; with `cut`, the connection breaks after so many bytes, with `pause` it hangs that long."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = {}  # noqa: RUF012 - never changed
    cut: int | None = None
    pause: float = 0.0


class Scripted:
    """A server that answers as a function says, for faults that no real one has on demand."""

    def __init__(self, answer: Callable[[Request], Reply]) -> None:
        self.requests: list[Request] = []
        scripted = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = 1 << 16

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                path, _, query = self.path.partition("?")
                form = query if self.command == "GET" else body.decode("latin-1")
                request = Request(path, dict(parse_qsl(form)), dict(self.headers))
                scripted.requests.append(request)
                reply = answer(request)
                time.sleep(reply.pause)
                self.send_response(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                with contextlib.suppress(OSError):
                    self.wfile.write(reply.body[: reply.cut])
                self.close_connection = reply.cut is not None

            do_GET = do_POST  # noqa: N815

            def log_message(self, *_: object) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))

    def __enter__(self) -> Scripted:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def query_api(samples: Samples) -> Callable[[Request], Reply]:
    """Answer range-vector instant queries and `series` from `samples`, and know nothing else."""
    source = MemorySource(samples)

    def answer(request: Request) -> Reply:
        if request.path == "/api/v1/query":
            expr = parse(request.fields["query"])
            assert isinstance(expr, Range)
            end = round(float(request.fields["time"]) * 1000)
            selector, start = expr.selector, end - expr.window.ms + 1
            found = between(source.select(selector.conditions, start, end), start, end)
            return success({"resultType": "matrix", "result": [_matrix(s) for s in found]})
        if request.path == "/api/v1/series":
            selector = parse(request.fields["match[]"])
            found = source.select(selector.conditions, 0, 2**60)
            return success([dict(labels) for labels in found.labels])
        return Reply(404, b"404 page not found\n")

    return answer


def success(data: object) -> Reply:
    return Reply(body=json.dumps({"status": "success", "data": data}).encode())


def failure(status: int, kind: str, message: str) -> Reply:
    said = {"status": "error", "errorType": kind, "error": message}
    return Reply(status, json.dumps(said).encode())


def _matrix(series: tuple[Labels, Times, Values]) -> dict[str, object]:
    labels, times, values = series
    points = zip(times.tolist(), values.tolist(), strict=True)
    kept = [[time_ / 1000, repr(value)] for time_, value in points]
    return {"metric": dict(labels), "values": kept}
