"""A real Alertmanager on loopback, fed a script of alerts, and what its webhooks were sent."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import attrs

from mixwright.alertmanager import Delivery, Silence, read_config, simulate
from mixwright.values import Labels, Matcher, MatchOp

FOREVER = 1_000


@attrs.frozen(kw_only=True)
class Post:
    """An alert or a silence of the script: seconds after its start at which it is sent, begins and ends."""

    at: float
    labels: dict[str, str]
    start: float
    end: float
    silence: bool = False


def fires(at: float, until: float = FOREVER, start: float | None = None, **labels: str) -> Post:
    """An alert as Prometheus sends it while it fires: it ends in the future."""
    return Post(at=at, labels=labels, start=at if start is None else start, end=until)


def resolves(at: float, since: float, **labels: str) -> Post:
    """An alert as Prometheus sends it when it has resolved."""
    return Post(at=at, labels=labels, start=since, end=at)


def silenced(at: float, until: float, **labels: str) -> Post:
    return Post(at=at, labels=labels, start=at, end=until, silence=True)


@contextmanager
def webhook(received: list[dict[str, Any]]) -> Iterator[int]:
    """Serve a webhook that appends what it is sent; yield its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            received.append({"at": now(), "path": self.path, "body": body})
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def alertmanager(program: str, config: Path, data: Path) -> Iterator[str]:
    """Run an Alertmanager; yield its address once it answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    with (data / "log").open("wb") as log:
        process = subprocess.Popen(
            [
                program,
                f"--config.file={config}",
                f"--storage.path={data}",
                f"--web.listen-address={address}",
                "--cluster.listen-address=",
            ],
            stdout=log,
            stderr=log,
        )
    try:
        for _ in range(200):
            try:
                with urllib.request.urlopen(f"http://{address}/-/ready", timeout=1):
                    break
            except (urllib.error.URLError, ConnectionError):
                assert process.poll() is None, (data / "log").read_text()
                time.sleep(0.05)
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(10)


def version(program: str) -> str:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    match = re.search(r"version ([\d.]+)", said.stdout + said.stderr)
    return match[1] if match else ""


def find(program: str) -> str | None:
    return shutil.which(program)


def now() -> int:
    return time.time_ns() // 1_000_000


def play(
    program: str, config: str, posts: Sequence[Post], seconds: float, folder: Path
) -> dict[str, Any]:
    """Run a script for some seconds; return what was sent in and what came out, times in ms from the start."""
    received: list[dict[str, Any]] = []
    data = folder / "data"
    data.mkdir()
    with webhook(received) as port:
        text = config.replace("PORT", str(port))
        path = folder / "alertmanager.yml"
        path.write_text(text)
        with alertmanager(program, path, data) as address:
            begin = now()
            sent = []
            for post in sorted(posts, key=lambda post: post.at):
                time.sleep(max(0, begin / 1000 + post.at - time.time()))
                at = now()
                _post(address, post, begin)
                sent.append(_sent(post, at - begin))
            time.sleep(max(0, begin / 1000 + seconds - time.time()))
    return {
        "version": version(program),
        "config": config,
        "begin": begin,
        "seconds": seconds,
        "sent": sent,
        "received": [_received(item, begin) for item in received],
    }


def _sent(post: Post, at: int) -> dict[str, Any]:
    # What is sent as it begins or ends is sent with its own time, which is in the script, not with ours.
    return {
        "at": at,
        "labels": post.labels,
        "start": round(post.start * 1000),
        "end": round(post.end * 1000),
        "silence": post.silence,
    }


def _post(address: str, post: Post, begin: int) -> None:
    times = {
        field: datetime.fromtimestamp(begin / 1000 + second, UTC).isoformat(timespec="milliseconds")
        for field, second in (("startsAt", post.start), ("endsAt", post.end))
    }
    if post.silence:
        matchers = [{"name": n, "value": v, "isRegex": False} for n, v in post.labels.items()]
        body: Any = {"matchers": matchers, "createdBy": "test", "comment": "test", **times}
    else:
        body = [{"labels": post.labels, **times}]
    request = urllib.request.Request(
        f"{address}/api/v2/{'silences' if post.silence else 'alerts'}",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    urllib.request.urlopen(request, timeout=5).close()


def _received(item: dict[str, Any], begin: int) -> dict[str, Any]:
    alerts = item["body"]["alerts"]
    return {
        "at": item["at"] - begin,
        "path": item["path"],
        "group": item["body"]["groupLabels"],
        "firing": [a["labels"] for a in alerts if a["status"] == "firing"],
        "resolved": [a["labels"] for a in alerts if a["status"] == "resolved"],
    }


def simulated(case: dict[str, Any], folder: Path) -> list[dict[str, Any]]:
    """Return what the simulation sends for what a recorded run was sent, in the form of `received`."""
    path = folder / "again.yml"
    path.write_text(case["config"])
    config, begin = read_config(path), case["begin"]
    paths = {
        receiver.name: re.findall(rf"name: {receiver.name}\n(?:(?!- name).*\n)*", case["config"])
        for receiver in config.receivers
    }
    urls = {name: re.findall(r"PORT(/\w+)", found[0]) for name, found in paths.items()}
    deliveries = [
        Delivery(
            at=begin + one["at"],
            labels=Labels(one["labels"]),
            start=begin + one["start"],
            end=begin + one["end"],
        )
        for one in case["sent"]
        if not one["silence"]
    ]
    silences = [
        Silence(
            matchers=tuple(Matcher(n, MatchOp.EQUAL, v) for n, v in one["labels"].items()),
            start=begin + one["at"],
            end=begin + one["end"],
        )
        for one in case["sent"]
        if one["silence"]
    ]
    until = begin + round(1000 * case["seconds"])
    found = simulate(config, deliveries, until=until, silences=silences)
    return [
        {
            "at": flush.at - begin,
            "path": urls[sent.receiver][sent.integration],
            "group": dict(flush.group),
            "firing": [dict(alert.labels) for alert in sent.firing],
            "resolved": [dict(alert.labels) for alert in sent.resolved],
        }
        for flush, sent in found.notifications
    ]
