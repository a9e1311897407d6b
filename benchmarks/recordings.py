"""Reading and writing recordings, beside what Prometheus itself needs for its own blocks.

    python benchmarks/recordings.py BLOCKS [--runs 3] [--promtool promtool]

BLOCKS is a Prometheus block or data directory. All of it, and one metric of it, is read

- from the blocks, by our reader;
- from a mixwright recording of the same samples, which is written first;
- by `promtool tsdb dump`, its output thrown away: Prometheus has no other way to read all samples.

Each is a whole process, and the reading alone in a process that has compiled its kernels and opened
the recording. Every reader verifies checksums. Samples of both readers are compared bit by bit.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from mixwright.frame import Samples
from mixwright.recordings import open_recording
from mixwright.recordings.store import write_store
from mixwright.values import METRIC_NAME, Matcher, MatchOp
from processes import Cost, median, own_cost, run

EVER = -(2**62), 2**62
READ = (
    "import sys; from mixwright.recordings import open_recording; "
    "print(open_recording(sys.argv[1]).select((), -2**62, 2**62).sample_count)"
)


def main() -> None:
    """Measure and print a table of sizes and one of speeds."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("blocks", type=Path)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--promtool", default=shutil.which("promtool"))
    said = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        measure(said.blocks, Path(folder), said.runs, said.promtool)


def measure(blocks: Path, folder: Path, runs: int, promtool: str | None) -> None:
    """Measure everything on one set of blocks."""
    stored = folder / "recording"
    everything = open_recording(blocks).select((), *EVER)
    begin = time.perf_counter()
    write_store(stored, everything, provenance="a benchmark")
    written = time.perf_counter() - begin
    count = everything.sample_count
    if not same(everything, open_recording(stored).select((), *EVER)):
        sys.exit("the recording does not hold what the blocks do")

    sizes = Table("", "bytes a sample", "MB")
    for name, path in (("blocks: chunks and index", blocks), ("recording", stored)):
        sizes.add_row(name, f"{size(path) / count:.2f}", f"{size(path) / 1e6:.1f}")

    speeds = Table(
        "",
        "wall s",
        "CPU s",
        "million samples a CPU second",
        "peak MiB",
        "one metric, ms",
        title="read",
    )
    metric = largest(everything)
    for name, path in (("blocks", blocks), ("recording", stored)):
        recording = open_recording(path)
        recording.select((), *EVER)
        alone = median([own_cost(lambda it=recording: it.select((), *EVER)) for _ in range(runs)])
        one = best(lambda path=path: select(path, metric), runs)
        speeds.add_row(f"{name}, reading alone", *row(alone, count), f"{one * 1000:.0f}")
        process = median([run([sys.executable, "-c", READ, str(path)])[0] for _ in range(runs)])
        speeds.add_row(f"{name}, whole process", *row(process, count), "")
    if promtool:
        speeds.add_row(*dumped(promtool, blocks, folder, count, metric))
    console = Console(width=120)
    console.print(
        f"{count / 1e6:.1f} million samples of {len(everything)} series; `{metric}` has the most"
    )
    console.print(sizes)
    console.print(speeds)
    console.print(
        f"written in {written:.1f} s: {count / written / 1e6:.1f} million samples a second"
    )


def select(path: Path, metric: str) -> Samples:
    """Open a recording and read one metric."""
    return open_recording(path).select([Matcher(METRIC_NAME, MatchOp.EQUAL, metric)], *EVER)


def dumped(promtool: str, blocks: Path, folder: Path, count: int, metric: str) -> tuple[str, ...]:
    """Let promtool print all samples to nowhere; it wants a data directory."""
    data = folder / "data"
    shutil.copytree(blocks, data / blocks.name if (blocks / "meta.json").exists() else data)
    (data / "wal").mkdir(exist_ok=True)

    def dump(*words: str) -> Cost:
        command = f"exec {promtool} tsdb dump {' '.join(words)} {data} > /dev/null"
        return run(["sh", "-c", command])[0]

    cost = dump()
    one = dump(f"--match='{metric}'")
    name = "promtool tsdb dump, whole process"
    return name, *row(cost, count), f"{one.wall * 1000:.0f}"


def row(cost: Cost, count: int) -> tuple[str, str, str, str]:
    """Return a cost as cells."""
    rate = f"{count / cost.cpu / 1e6:.1f}"
    return f"{cost.wall:.2f}", f"{cost.cpu:.2f}", rate, f"{cost.memory:.0f}"


def best(work: Callable[[], object], runs: int) -> float:
    """Return the seconds of the quickest run."""
    return min(own_cost(work).wall for _ in range(runs))


def largest(samples: Samples) -> str:
    """Return the metric with the most series."""
    return Counter(labels.name for labels in samples.labels).most_common(1)[0][0]


def same(one: Samples, other: Samples) -> bool:
    """Tell whether series, times and the bits of all values are equal."""
    return one.labels == other.labels and all(
        np.array_equal(a, b) and np.array_equal(v.view(np.uint64), w.view(np.uint64))
        for (_, a, v), (_, b, w) in zip(one, other, strict=True)
    )


def size(path: Path) -> int:
    """Return the bytes of all files."""
    return sum(file.stat().st_size for file in path.rglob("*") if file.is_file())


if __name__ == "__main__":
    main()
