"""A small real HTTP service with the four golden signals, made to be slowed down and broken on purpose.

It serves three handlers and `/metrics` on one address. What it does to a request is read from a control file at every
request, whose whole content is one word: `normal`, `slow` (handlers really wait about a second and hold their slot
meanwhile), `tail` (a few do, for longer) or `errors` (about a fifth of the requests really answer 500). A missing file
means `normal`.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import signal
import threading
import time
from dataclasses import dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import FrameType
from typing import Final

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
)

BUCKETS: Final = (
    0.005,
    0.01,
    0.025,
    0.05,
    0.075,
    0.1,
    0.25,
    0.3,
    0.5,
    0.75,
    1.0,
    2.5,
    5.0,
    7.5,
    10.0,
)

disable_created_metrics()  # type: ignore[no-untyped-call]  # a function without annotations
REQUESTS: Final = Counter("http_requests", "Requests answered.", ["method", "handler", "code"])
DURATION: Final = Histogram(
    "http_request_duration_seconds",
    "Time from the request's first byte to its answer.",
    ["method", "handler"],
    buckets=BUCKETS,
)
IN_FLIGHT: Final = Gauge("http_requests_in_flight", "Requests that hold a worker slot.")
IN_FLIGHT_LIMIT: Final = Gauge(
    "http_requests_in_flight_limit", "Worker slots; requests beyond them are refused with 503."
)


@dataclass(frozen=True)
class Route:
    """One handler: its method, path and ordinary latency (a log-normal's median, in seconds, and sigma)."""

    method: str
    path: str
    median: float
    sigma: float = 0.45


ROUTES: Final = {
    "checkout": (
        Route("GET", "/cart", 0.025),
        Route("POST", "/pay", 0.050),
        Route("POST", "/confirm", 0.035),
    ),
    "catalogue": (
        Route("GET", "/search", 0.045),
        Route("GET", "/product", 0.020),
        Route("GET", "/related", 0.030),
    ),
}
SLOW_MEDIAN: Final = 0.95
SLOW_SIGMA: Final = 0.35
TAIL_RATIO: Final = 0.03
TAIL_SECONDS: Final = 1.6
BASE_ERROR_RATIO: Final = 0.0005
BURST_ERROR_RATIO: Final = 0.20
NOT_FOUND_RATIO: Final = 0.004


class Service(ThreadingHTTPServer):
    """The listening server with its routes, worker slots and control file."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(
        self, address: tuple[str, int], routes: tuple[Route, ...], slots: int, control: Path
    ) -> None:
        """Listen, and read the mode from `control` at every request."""
        super().__init__(address, Handler)
        self.routes = {(route.method, route.path): route for route in routes}
        self.slots = threading.BoundedSemaphore(slots)
        self.control = control
        IN_FLIGHT_LIMIT.set(slots)

    def mode(self) -> str:
        """Return the control file's word."""
        try:
            return self.control.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return "normal"

    def answer(self, route: Route) -> tuple[HTTPStatus, bytes]:
        """Do a route's work in a worker slot, or refuse at once when none is free."""
        if not self.slots.acquire(blocking=False):
            return HTTPStatus.SERVICE_UNAVAILABLE, b"no free slot\n"
        try:
            with IN_FLIGHT.track_inprogress():
                return work(route, self.mode())
        finally:
            self.slots.release()


def work(route: Route, mode: str) -> tuple[HTTPStatus, bytes]:
    """Wait as for a database, compute a little, and answer."""
    slow = mode == "slow"
    median, sigma = (SLOW_MEDIAN, SLOW_SIGMA) if slow else (route.median, route.sigma)
    time.sleep(median * random.lognormvariate(0.0, sigma))
    if mode == "tail" and random.random() < TAIL_RATIO:
        time.sleep(TAIL_SECONDS)
    chance = random.random()
    errors = BURST_ERROR_RATIO if mode == "errors" else BASE_ERROR_RATIO
    if chance < errors:
        return HTTPStatus.INTERNAL_SERVER_ERROR, b"failed\n"
    if chance < errors + NOT_FOUND_RATIO:
        return HTTPStatus.NOT_FOUND, b"no such thing\n"
    rows = [
        {"id": number, "digest": hashlib.sha256(str(number + chance).encode()).hexdigest()}
        for number in range(20)
    ]
    return HTTPStatus.OK, json.dumps(rows).encode()


class Handler(BaseHTTPRequestHandler):
    """One connection, one request."""

    server: Service
    timeout = 30

    def do_GET(self) -> None:
        """Serve `/metrics`, or a GET route."""
        if self.path == "/metrics":
            self.reply(HTTPStatus.OK, generate_latest(), CONTENT_TYPE_LATEST)
        else:
            self.serve("GET")

    def do_POST(self) -> None:
        """Serve a POST route."""
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self.serve("POST")

    def serve(self, method: str) -> None:
        """Answer one request of a route and count it."""
        began = time.perf_counter()
        route = self.server.routes.get((method, self.path))
        if route is None:
            self.reply(HTTPStatus.NOT_FOUND, b"no such handler\n", "text/plain")
            return
        status, body = self.server.answer(route)
        DURATION.labels(method, route.path).observe(time.perf_counter() - began)
        REQUESTS.labels(method, route.path, str(status.value)).inc()
        self.reply(status, body, "application/json" if status is HTTPStatus.OK else "text/plain")

    def reply(self, status: HTTPStatus, body: bytes, content_type: str) -> None:
        """Send an answer; a client that has gone away meanwhile is its own affair."""
        try:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def log_message(self, format: str, *args: object) -> None:
        """Keep no access log."""


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("name", choices=sorted(ROUTES), help="which service to be")
    parser.add_argument(
        "--host", default="127.0.0.1", help="address to listen on (default: %(default)s)"
    )
    parser.add_argument("--port", type=int, required=True, help="port to listen on")
    parser.add_argument("--slots", type=int, default=32, help="worker slots (default: %(default)s)")
    parser.add_argument("--control", type=Path, required=True, help="file that holds the mode")
    options = parser.parse_args()

    def stop(_signum: int, _frame: FrameType | None) -> None:
        raise SystemExit(0)

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    Service(
        (options.host, options.port), ROUTES[options.name], options.slots, options.control
    ).serve_forever()


if __name__ == "__main__":
    main()
