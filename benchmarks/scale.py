"""What a backtest costs as series, days and rules grow; on several workers; and within a memory budget.

    python benchmarks/scale.py [--nodes 40 --hours 12 --rules 20] [--days 32] [--memory 320] [--runs 1]

Whole processes of `mixwright backtest` over seeded recordings:

- series, time and rules doubled twice, one at a time: a straight line is expected, and fitted;
- a larger one by one process and by clusters of this machine, with equal reports;
- a recording whose samples take about ten times the budget, with the peak of the process beside it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import attrs
import numpy as np
import yaml
from rich.console import Console
from rich.table import Table

from dataset import DAY, Size, generate
from mixwright.engine import warm_up
from mixwright.frame import Samples
from mixwright.frame.slicing import between
from mixwright.recordings.memory import in_order
from mixwright.recordings.store import copy_store, write_store
from processes import Cost, median, run

RULES = (
    'avg by (instance) (rate(node_cpu_seconds_total{{mode="idle"}}[{minutes}m])) < 0.02',
    "histogram_quantile(0.99, sum by (job, le) (rate(http_request_duration_seconds_bucket[{minutes}m]))) > 5",
    'sum by (job) (rate(http_requests_total{{code="500"}}[{minutes}m]))'
    " / sum by (job) (rate(http_requests_total[{minutes}m])) > 0.05",
    "changes(kube_pod_container_status_restarts_total[{minutes}m]) > 3",
)
"""Each is asked for with windows of its own, so that no two of them share more than what they read."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--nodes", type=int, default=40, help="size of the smallest data set")
    parser.add_argument("--hours", type=float, default=12, help="its time")
    parser.add_argument("--rules", type=int, default=20, help="its rules")
    parser.add_argument("--days", type=int, default=32, help="time of the large one")
    parser.add_argument("--memory", type=int, default=320, help="MiB for the large one")
    parser.add_argument("--runs", type=int, default=1)
    asked = parser.parse_args()
    warm_up()
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), asked.runs)
        lines(bench, Size(nodes=asked.nodes, hours=asked.hours), asked.rules)
        clusters(bench, Size(nodes=2 * asked.nodes, hours=4 * asked.hours), 8 * asked.rules)
        within(bench, asked.days, asked.memory)


@attrs.frozen
class Bench:
    """Where recordings and rule files are written, and how often a run is repeated."""

    folder: Path
    runs: int

    def recording(self, size: Size) -> tuple[Path, int]:
        """Return a recording of a size, and how many samples it has."""
        path = self.folder / f"{size.nodes}-{size.hours}"
        samples = generate(
            attrs.evolve(size, pods=4 * size.nodes, instances=max(1, size.nodes // 10))
        )
        write_store(path, samples, provenance="benchmark")
        return path, samples.sample_count

    def rules(self, count: int) -> Path:
        """Return a rule file with so many alerts."""
        texts = [RULES[n % len(RULES)].format(minutes=5 + n) for n in range(count)]
        rules = [
            {"alert": f"Alert{n}", "expr": text, "for": "5m", "labels": {"severity": "page"}}
            for n, text in enumerate(texts)
        ]
        path = self.folder / f"{count}.yaml"
        path.write_text(yaml.safe_dump({"groups": [{"name": "g", "rules": rules}]}))
        return path

    def backtest(self, recording: Path, rules: Path, *words: str) -> tuple[Cost, str]:
        """Return the cost of a process, the median of several runs, and its report."""
        command = [sys.executable, "-m", "mixwright", "backtest", str(rules)]
        command += ["--recording", str(recording), "--format", "json", *words]
        done = [run(command) for _ in range(self.runs)]
        return median([cost for cost, _ in done]), done[0][1]


def lines(bench: Bench, size: Size, rules: int) -> None:
    """Double one thing at a time."""
    grown: dict[str, Callable[[int], tuple[Size, int]]] = {
        "series": lambda times: (attrs.evolve(size, nodes=times * size.nodes), rules),
        "time": lambda times: (attrs.evolve(size, hours=times * size.hours), rules),
        "rules": lambda times: (size, times * rules),
    }
    table = Table("grown", "samples", "rules", "wall s", "CPU s", "peak MiB", "from a line")
    for name, at in grown.items():
        costs, rows = [], []
        for times in (1, 2, 4):
            own, count = at(times)
            path, samples = bench.recording(own)
            cost, _ = bench.backtest(path, bench.rules(count))
            costs.append(cost.cpu)
            words = [f"{name} × {times}", f"{samples / 1e6:.1f} M", str(count), *_words(cost)]
            rows.append(words)
        for words, off in zip(rows, _off_line((1, 2, 4), costs), strict=True):
            table.add_row(*words, f"{off:+.1%}")
    Console(width=120).print(table)


def _off_line(at: Sequence[int], costs: Sequence[float]) -> Iterator[float]:
    """Yield how far each cost lies from the straight line through all, as a share of it."""
    slope, start = np.polyfit(at, costs, 1)
    for x, cost in zip(at, costs, strict=True):
        yield cost / (start + slope * x) - 1


def clusters(bench: Bench, size: Size, rules: int) -> None:
    """Let workers of this machine do it."""
    path, samples = bench.recording(size)
    file = bench.rules(rules)
    table = Table(
        "processes", "wall s", "CPU s", title=f"{samples / 1e6:.0f} M samples, {rules} rules"
    )
    alone, report = bench.backtest(path, file)
    table.add_row("one", *_words(alone)[:2])
    for workers in (1, 2):
        cost, same = bench.backtest(path, file, "--cluster", f"local:{workers}")
        if same != report:
            sys.exit(f"{workers} workers report something else than one process")
        table.add_row(f"this one and {workers} workers", *_words(cost)[:2])
    Console(width=120).print(table)


def within(bench: Bench, days: int, memory: int) -> None:
    """Read a recording that would not fit: one day over and over."""
    # Days begin where the store's partitions do, so that each of these is of one day.
    day = in_order(generate(Size(nodes=24, instances=3, pods=80, start=20_371 * DAY)))
    first = 20_371 * DAY

    def read(start: int, end: int) -> Samples:
        by = (start - first) // DAY * DAY
        return between(attrs.evolve(day, times=day.times + by), start, end)

    path = bench.folder / "large"
    copy_store(path, (first, first + days * DAY - 1), read, provenance="benchmark")
    size = day.sample_count * days * 8 / 2**20
    cost, _ = bench.backtest(path, bench.rules(8), "--memory", f"{memory}M")
    table = Table("samples", "as floats, MiB", "`--memory`, MiB", "peak MiB", "wall s", "CPU s")
    words = _words(cost)
    table.add_row(
        f"{day.sample_count * days / 1e6:.0f} M", f"{size:.0f}", str(memory), words[2], *words[:2]
    )
    Console(width=120).print(table)


def _words(cost: Cost) -> tuple[str, str, str]:
    return f"{cost.wall:.2f}", f"{cost.cpu:.2f}", f"{cost.memory:.0f}"


if __name__ == "__main__":
    main()
