"""A small exporter for rules to work on: what it says depends on the seconds since it was started."""

from __future__ import annotations

import argparse
import math
import random
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

BUCKETS: Final = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5)
ERRORS: Final = ((60, 130), (300, 345), (355, 420), (560, 640))
"""When every fifth request fails, in seconds from the start."""
SESSION_GONE: Final = (200, 330)
"""When `app_session_age_seconds` is not there."""


class Exporter:
    """Counters, gauges, a histogram, and series whose label values come and go."""

    def __init__(self, instance: str) -> None:
        self.random = random.Random(instance)
        self.began = self.last = time.monotonic()
        self.requests = {"200": 0.0, "500": 0.0}
        self.buckets = [0] * (len(BUCKETS) + 1)
        self.latency_sum = 0.0
        self.queue = 10.0

    def page(self) -> str:
        """Return all metrics as of now, in the text format."""
        now = time.monotonic()
        self.advance(now - self.last, now - self.began)
        self.last = now
        return "".join(f"{line}\n" for line in self.lines(now - self.began))

    def advance(self, seconds: float, age: float) -> None:
        """Let requests come in for some seconds."""
        failing = any(start <= age < end for start, end in ERRORS)
        for _ in range(round(seconds * 20)):
            self.requests["500" if failing and self.random.random() < 0.2 else "200"] += 1
            took = self.random.lognormvariate(-2.0 if not failing else -0.7, 0.6)
            self.buckets[next((n for n, b in enumerate(BUCKETS) if took <= b), len(BUCKETS))] += 1
            self.latency_sum += took
        self.queue = max(0.0, self.queue + self.random.gauss(0, 2 * math.sqrt(seconds + 0.01)))

    def lines(self, age: float) -> Iterator[str]:
        """Yield the lines of the exposition."""
        yield "# TYPE app_requests_total counter"
        for code, count in self.requests.items():
            if count or code == "200":
                yield f'app_requests_total{{code="{code}"}} {count}'
        yield "# TYPE app_latency_seconds histogram"
        total = 0
        for bound, count in zip((*BUCKETS, "+Inf"), self.buckets, strict=True):
            total += count
            yield f'app_latency_seconds_bucket{{le="{bound}"}} {total}'
        yield f"app_latency_seconds_sum {self.latency_sum}"
        yield f"app_latency_seconds_count {total}"
        yield "# TYPE app_queue gauge"
        yield f"app_queue {self.queue}"
        yield "# TYPE app_temperature_celsius gauge"
        # Not a number for ten seconds of every minute.
        yield f"app_temperature_celsius {'NaN' if age % 60 < 10 else 20 + 5 * math.sin(age / 20)}"
        yield "# TYPE app_build_info gauge"
        yield f'app_build_info{{version="1.{int(age // 90)}"}} 1'
        yield "# TYPE app_task_running gauge"
        # From one to six tasks, whose names are not seen again.
        for task in range(1 + int(age // 40) % 6):
            yield f'app_task_running{{task="t{int(age // 40)}-{task}"}} {task + 1}'
        if not SESSION_GONE[0] <= age < SESSION_GONE[1]:
            yield "# TYPE app_session_age_seconds gauge"
            yield f"app_session_age_seconds {age}"


def main() -> None:
    """Read the command line and serve."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("host")
    parser.add_argument("port", type=int)
    options = parser.parse_args()
    exporter = Exporter(options.host)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = exporter.page().encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    ThreadingHTTPServer((options.host, options.port), Handler).serve_forever()


if __name__ == "__main__":
    main()
