"""Recordings to read: made of the same samples in every format, and by real servers."""

from __future__ import annotations

import json
import shutil
import subprocess
import tarfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from mixwright.frame import STALE_NAN_BITS, Samples
from mixwright.values import Labels, quote

START = 1_700_000_000_000


def series(name: str, times: Sequence[int], values: Sequence[float], **labels: str):
    return Labels({"__name__": name, **labels}), np.array(times), np.array(values, np.float64)


def same(expected: Samples, found: Samples) -> bool:
    """Tell whether series, times and the bits of all values are equal."""
    return (
        expected.labels == found.labels
        and all(
            np.array_equal(expected.series(n)[0], found.series(n)[0])
            and np.array_equal(
                expected.series(n)[1].view(np.uint64), found.series(n)[1].view(np.uint64)
            )
            for n in range(len(expected))
        )
        and _objects(expected) == _objects(found)
    )


def _objects(samples: Samples) -> list[object]:
    found = [] if samples.histograms is None else samples.histograms.tolist()
    return [repr(histogram) for histogram in found if histogram is not None]


@pytest.fixture
def stale() -> float:
    return float(np.array([STALE_NAN_BITS], np.uint64).view(np.float64)[0])


@pytest.fixture
def samples() -> Samples:
    """Two targets scraped every 15 s for ten minutes; one falls silent in the middle."""
    times = np.arange(START, START + 600_000, 15_000)
    found = []
    for number, instance in enumerate(("a:1", "b:2")):
        seen = times + 3 * number
        seen = seen[:20] if number else seen
        up = np.ones(len(seen))
        requests = np.arange(len(seen)) * 7.5
        found.append(series("requests_total", seen, requests, instance=instance, job="web"))
        found.append(series("up", seen, up, instance=instance, job="web"))
    found.append(series("load", times, np.sin(np.arange(len(times))), instance="a:1", job="node"))
    return Samples.of(sorted(found, key=lambda row: row[0]))


@pytest.fixture(scope="session")
def promtool() -> Callable[..., str]:
    path = shutil.which("promtool")
    if path is None:
        pytest.skip("`promtool` is not on PATH; install Prometheus to compare with it")

    def run(*words: str | Path) -> str:
        done = subprocess.run([path, *words], capture_output=True, text=True, check=True)
        return done.stdout

    return run


def openmetrics(samples: Samples) -> str:
    """Write samples as OpenMetrics text."""
    lines = [
        f"{str(labels).replace(', ', ',')} {value!r} {time / 1000:.3f}"
        for labels, times, values in samples
        for time, value in zip(times.tolist(), values.tolist(), strict=True)
    ]
    return "\n".join([*lines, "# EOF", ""])


def dump(samples: Samples) -> str:
    """Write samples as `promtool tsdb dump` does."""
    lines = [
        f"{{{', '.join(f'{n}={quote(v)}' for n, v in labels.pairs)}}} {value!r} {time}"
        for labels, times, values in samples
        for time, value in zip(times.tolist(), values.tolist(), strict=True)
    ]
    return "\n".join(lines)


def json_lines(samples: Samples) -> str:
    """Write samples as VictoriaMetrics exports them."""
    return "".join(
        json.dumps(
            {
                "metric": dict(labels.pairs),
                "values": values.tolist(),
                "timestamps": times.tolist(),
            }
        )
        + "\n"
        for labels, times, values in samples
    )


@pytest.fixture
def block(promtool: Callable[..., str], samples: Samples, tmp_path: Path) -> Path:
    """A data directory with one block that promtool made of `samples`."""
    text = tmp_path / "samples.om"
    text.write_text(openmetrics(samples))
    promtool("tsdb", "create-blocks-from", "openmetrics", text, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture(scope="session")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two data directories of Prometheus 3.16, and what it reads from them; see `data/make.go`."""
    folder = tmp_path_factory.mktemp("prometheus")
    with tarfile.open(Path(__file__).parent / "data" / "prometheus.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder
