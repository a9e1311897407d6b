"""Writes a stored recording: everything into a new directory beside, then one rename."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa

from mixwright.errors import RecordingError
from mixwright.frame import Index, Samples
from mixwright.frame.slicing import cut_samples, share_clocks
from mixwright.recordings.intervals import scrape_intervals
from mixwright.recordings.memory import in_order
from mixwright.recordings.recording import Metadata, RecordingInfo
from mixwright.recordings.store import manifest, tables
from mixwright.recordings.store.manifest import Manifest, Partition, StoredFile

PARTITION: Final = 6 * 3_600_000
"""Milliseconds that one partition covers; partitions begin at whole multiples of it."""


def write(path: Path, samples: Samples, provenance: str, metadata: Mapping[str, Metadata]) -> None:
    """Write `samples` at `path`; see `write_store`."""
    if path.exists() and not (path / manifest.MANIFEST).is_file():
        raise RecordingError(
            f"`{path}` is there and is no recording; name another place, or move it away"
        )
    samples = in_order(samples)
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent))
    try:
        _write_files(beside, samples, provenance, metadata)
        beside.chmod(0o755)
        _put_in_place(beside, path)
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def _write_files(
    folder: Path, samples: Samples, provenance: str, metadata: Mapping[str, Metadata]
) -> None:
    tables.write_table(folder / manifest.SERIES, tables.series_table(samples.labels))
    start, end = samples.span() or (None, None)
    names = sorted({name for labels in samples.labels for name in labels})
    written = Manifest(
        info=RecordingInfo(
            format=manifest.FORMAT,
            series=len(samples),
            samples=samples.sample_count,
            start=start,
            end=end,
            scrape_intervals=scrape_intervals(samples),
            provenance=provenance,
            metadata=metadata,
        ),
        label_names=tuple(names),
        files={manifest.SERIES: StoredFile.of(folder / manifest.SERIES)},
        partitions=tuple(
            _write_partition(folder, number, series, part)
            for number, series, part in _partitions(samples)
        ),
    )
    (folder / manifest.MANIFEST).write_bytes(written.to_json())
    for file in [*folder.rglob("*"), folder]:
        _sync(file)


def _partitions(samples: Samples) -> Iterator[tuple[int, Index, Samples]]:
    """Yield the partitions that have samples: number, series, and their samples."""
    number_of = {labels: number for number, labels in enumerate(samples.labels)}
    everything = np.arange(len(samples))
    for number in np.unique(samples.times // PARTITION).tolist():
        first = number * PARTITION
        part = cut_samples(samples, everything, first, first + PARTITION - 1)
        if len(part):
            series = np.array([number_of[labels] for labels in part.labels], np.int64)
            yield number, series, share_clocks(part)


def _write_partition(folder: Path, number: int, series: Index, part: Samples) -> Partition:
    begin = datetime.fromtimestamp(number * PARTITION / 1000, UTC)
    folder = folder / f"{begin:%Y%m%dT%H%M%SZ}"
    folder.mkdir()
    contents: dict[str, tuple[pa.Table, dict[str, str] | None]] = {
        manifest.RUNS: (
            tables.runs_table(series, part.clock),
            {"series": "DELTA_BINARY_PACKED", "clock": "DELTA_BINARY_PACKED"},
        ),
        manifest.CLOCKS: (
            tables.clocks_table(part.times, part.clock_starts),
            {"clock": "DELTA_BINARY_PACKED", "time": "DELTA_BINARY_PACKED"},
        ),
        manifest.VALUES: (tables.values_table(part.values), {"value": "BYTE_STREAM_SPLIT"}),
    }
    if part.histograms is not None:
        contents[manifest.HISTOGRAMS] = (tables.histograms_table(part.histograms), None)
    for name, (table, encodings) in contents.items():
        tables.write_table(folder / name, table, encodings)
    start, end = part.span() or (0, 0)
    return Partition(
        name=folder.name,
        start=start,
        end=end,
        series=len(part),
        samples=part.sample_count,
        files={name: StoredFile.of(folder / name) for name in sorted(contents)},
    )


def _put_in_place(new: Path, path: Path) -> None:
    """Rename `new` to `path`; an older recording there is moved aside first, and removed last."""
    old = None
    if path.exists():
        old = new.with_suffix(".old")
        path.rename(old)
    new.rename(path)
    _sync(path.parent)
    if old is not None:
        shutil.rmtree(old)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
