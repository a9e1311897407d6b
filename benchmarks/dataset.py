"""A seeded data set like a small cluster's: nodes, services with histograms, pods; restarts and gaps.

Real shapes at a size that can be chosen: counters that reset when their target restarts, gauges that
wander, histograms whose buckets agree with their count, targets that miss scrapes. The same seed
gives the same bytes.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import attrs
import numpy as np

from mixwright.frame import Samples, Times, Values
from mixwright.values import Labels

JOBS = ("checkout", "search", "accounts", "payments")
HANDLERS = ("/", "/list", "/item", "/edit", "/pay", "/report")
CODES = ("200", "404", "500")
BOUNDS = ("0.005", "0.01", "0.025", "0.05", "0.1", "0.25", "0.5", "1", "2.5", "5", "10", "+Inf")
MODES = ("idle", "user", "system", "iowait", "nice", "irq", "softirq", "steal")
DAY = 86_400_000


@attrs.frozen
class Size:
    """How much to generate; the defaults are 5 000 series, a day at 15 s: 28 million samples."""

    nodes: int = 50
    instances: int = 6
    pods: int = 200
    hours: float = 24
    scrape: int = 15_000
    start: int = 1_760_000_400_000
    seed: int = 7

    @property
    def steps(self) -> int:
        """Scrapes of one target."""
        return int(self.hours * 3_600_000) // self.scrape


def generate(size: Size) -> Samples:
    """Return all samples."""
    return Samples.of(_series(size))


def _series(size: Size) -> Iterator[tuple[Labels, Times, Values]]:
    rng = np.random.default_rng(size.seed)
    grid = size.start + size.scrape * np.arange(size.steps, dtype=np.int64)
    day = np.sin(2 * np.pi * (grid - size.start) / DAY)
    for node in range(size.nodes):
        yield from _node(f"node-{node:03}:9100", size, rng, grid, day)
    for job in JOBS:
        for instance in range(size.instances):
            yield from _service(job, f"{job}-{instance}:8080", size, rng, grid, day)
    yield from _pods(size, rng, grid)


class _Target:
    """One scraped target: its clock with missed scrapes, and when it restarted."""

    def __init__(self, size: Size, rng: np.random.Generator, grid: Times) -> None:
        self.alive = rng.random(len(grid)) > 0.0005
        for _ in range(rng.poisson(0.3)):
            gap = rng.integers(0, len(grid))
            self.alive[gap : gap + rng.integers(4, 60)] = False
        offset = int(rng.integers(0, size.scrape))
        self.times = (grid + offset)[self.alive]
        self.restarts = np.sort(rng.integers(0, len(grid), rng.poisson(0.5)))
        self.rng = rng

    def counter(self, increments: Values) -> Values:
        """Add up, beginning again at zero after each restart."""
        total = np.cumsum(increments)
        for restart in self.restarts:
            total[restart:] -= total[restart]
        return np.maximum(total, 0)[self.alive]

    def gauge(self, values: Values) -> Values:
        """Return what was scraped."""
        return values[self.alive]

    def walk(self, step: float) -> Values:
        """Return a random walk of the length of the period."""
        return np.cumsum(self.rng.normal(0, step, len(self.alive)))


def _node(
    instance: str, size: Size, rng: np.random.Generator, grid: Times, day: Values
) -> Iterator[tuple[Labels, Times, Values]]:
    target = _Target(size, rng, grid)
    own = {"job": "node", "instance": instance}

    def series(name: str, values: Values, **labels: str) -> tuple[Labels, Times, Values]:
        return Labels({"__name__": name, **own, **labels}), target.times, values

    seconds = size.scrape / 1000
    busy = np.clip(0.35 + 0.2 * day + target.walk(0.002), 0.02, 0.98)
    shares = {
        mode: busy * share for mode, share in zip(MODES[1:], rng.dirichlet(np.ones(7)), strict=True)
    }
    for cpu in range(4):
        noise = rng.uniform(0.9, 1.1, len(grid))
        for mode in MODES:
            share = 1 - busy if mode == "idle" else shares[mode]
            spent = np.round(seconds * np.clip(share * noise, 0, 1), 2)
            yield series("node_cpu_seconds_total", target.counter(spent), cpu=str(cpu), mode=mode)
    for mount in ("/", "/var", "/srv"):
        total = float(rng.integers(50, 500)) * 2**30
        slope = rng.uniform(-2, 12) * 2**20 / 3_600 * seconds
        used = np.clip(0.4 * total + slope * np.arange(len(grid)) + target.walk(2e6), 0, total)
        at = {"device": f"/dev/{mount.strip('/') or 'root'}", "fstype": "ext4", "mountpoint": mount}
        free = np.round((total - used) / 4096) * 4096
        yield series("node_filesystem_avail_bytes", target.gauge(free), **at)
        yield series("node_filesystem_size_bytes", target.gauge(np.full(len(grid), total)), **at)
    load = np.round(np.abs(4 * busy + target.walk(0.02)), 2)
    yield series("node_load1", target.gauge(load))
    memory = 64 * 2.0**30
    available = np.clip(memory * (0.5 - 0.1 * day) + target.walk(5e7), 1e9, memory)
    yield series("node_memory_MemAvailable_bytes", target.gauge(np.round(available / 1024) * 1024))
    yield series("node_memory_MemTotal_bytes", target.gauge(np.full(len(grid), memory)))
    yield Labels({"__name__": "up", **own}), grid, target.alive.astype(float)


def _service(
    job: str, instance: str, size: Size, rng: np.random.Generator, grid: Times, day: Values
) -> Iterator[tuple[Labels, Times, Values]]:
    target = _Target(size, rng, grid)
    own = {"job": job, "instance": instance}
    edges = np.array([float(bound.replace("+Inf", "inf")) for bound in BOUNDS])
    for handler in HANDLERS:
        labels = {**own, "handler": handler}
        rate = rng.uniform(0.5, 20) * (1 + 0.6 * day) * size.scrape / 1000
        requests = rng.poisson(rate).astype(float)
        errors = rng.binomial(requests.astype(int), 0.002).astype(float)
        missing = rng.binomial(requests.astype(int), 0.02).astype(float)
        for code, count in zip(CODES, (requests - errors - missing, missing, errors), strict=True):
            name = {"__name__": "http_requests_total", "code": code}
            yield Labels({**labels, **name}), target.times, target.counter(count)
        median = rng.uniform(0.02, 0.2)
        below = 1 / (1 + (median / np.maximum(edges, 1e-9)) ** 2.5)
        below[-1] = 1
        shares = np.diff(below, prepend=0)
        cumulative = np.cumsum(rng.multinomial(requests.astype(int), shares / shares.sum()), axis=1)
        for number, bound in enumerate(BOUNDS):
            name = {"__name__": "http_request_duration_seconds_bucket", "le": bound}
            counts = cumulative[:, number].astype(float)
            yield Labels({**labels, **name}), target.times, target.counter(counts)
        for suffix, values in (("sum", requests * median * 1.3), ("count", requests)):
            name = {"__name__": f"http_request_duration_seconds_{suffix}"}
            yield Labels({**labels, **name}), target.times, target.counter(values)
    yield Labels({"__name__": "up", **own}), grid, target.alive.astype(float)


def _pods(
    size: Size, rng: np.random.Generator, grid: Times
) -> Iterator[tuple[Labels, Times, Values]]:
    target = _Target(size, rng, grid)
    own = {"job": "kube-state-metrics", "instance": "kube-state-metrics:8080"}
    for number in range(size.pods):
        pod = {"namespace": f"team-{number % 8}", "pod": f"pod-{number:04}", **own}
        restarts = rng.poisson(rng.choice([0.0, 0.0, 0.0002]), len(grid)).astype(float)
        node = {"__name__": "kube_pod_info", "node": f"node-{number % size.nodes:03}"}
        yield Labels({**pod, **node}), target.times, np.ones(len(target.times))
        name = {"__name__": "kube_pod_container_status_restarts_total", "container": "main"}
        yield Labels({**pod, **name}), target.times, np.cumsum(restarts)[target.alive]
    yield Labels({"__name__": "up", **own}), grid, target.alive.astype(float)


def write_blocks(samples: Samples, directory: Path) -> None:
    """Write Prometheus TSDB blocks by `promtool tsdb create-blocks-from openmetrics`, a day at a time.

    Raises `FileNotFoundError` when promtool is not installed.
    """
    if shutil.which("promtool") is None:
        raise FileNotFoundError(
            "promtool is not on PATH; it comes with Debian's package prometheus"
        )
    span = samples.span()
    assert span is not None
    directory.mkdir(parents=True, exist_ok=True)
    for start in range(span[0] // DAY * DAY, span[1] + 1, DAY):
        with tempfile.NamedTemporaryFile("w", suffix=".om", dir=directory) as text:
            _write_openmetrics(samples, start, start + DAY, text)
            text.flush()
            command = ["promtool", "tsdb", "create-blocks-from", "openmetrics"]
            length = "--max-block-duration=24h"
            subprocess.run(
                [*command, length, text.name, str(directory)], check=True, capture_output=True
            )


def _write_openmetrics(samples: Samples, start: int, end: int, file: object) -> None:
    for labels, times, values in samples:
        low, high = np.searchsorted(times, (start, end))
        pairs = ",".join(
            f'{name}="{value}"' for name, value in labels.items() if name != "__name__"
        )
        head = f"{labels.name}{{{pairs}}} "
        lines = [
            f"{head}{value!r} {time / 1000:.3f}\n"
            for time, value in zip(times[low:high].tolist(), values[low:high].tolist(), strict=True)
        ]
        file.writelines(lines)  # type: ignore[attr-defined]
    file.write("# EOF\n")  # type: ignore[attr-defined]
