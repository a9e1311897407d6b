"""Writes a stored recording: a new one as a whole and in one step, more samples beside what is there."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import attrs
import numpy as np
import pyarrow as pa

from mixwright.errors import RecordingError
from mixwright.folders import discard
from mixwright.frame import Index, Samples
from mixwright.frame.slicing import between, share_clocks, take
from mixwright.recordings.damage import Damage
from mixwright.recordings.intervals import scrape_intervals, series_intervals
from mixwright.recordings.memory import in_order
from mixwright.recordings.merge import merge
from mixwright.recordings.recording import Metadata, RecordingInfo
from mixwright.recordings.store import manifest, tables
from mixwright.recordings.store.exchange import exchange
from mixwright.recordings.store.manifest import Manifest, Partition, StoredFile, of_generation
from mixwright.recordings.store.reader import StoreRecording
from mixwright.values import Labels, utc

PARTITION: Final = 6 * 3_600_000
"""Milliseconds that one partition covers; partitions begin at whole multiples of it."""

_EARLIEST: Final = -30_610_224_000_000
_LATEST: Final = 253_402_300_800_000
"""The years 1000 and 10000, which have four and five digits."""


Read = Callable[[int, int], Samples]
"""Returns all samples in [start, end] (ms), series sorted."""


def write(path: Path, samples: Samples, provenance: str, metadata: Mapping[str, Metadata]) -> None:
    """Write `samples` at `path`; see `write_store`."""
    samples = in_order(samples)
    intervals = scrape_intervals(samples)
    _write(path, samples.labels, _windows(samples), intervals, provenance, metadata)


def copy(
    path: Path,
    span: tuple[int, int],
    read: Read,
    provenance: str,
    metadata: Mapping[str, Metadata],
) -> None:
    """Write what `read` returns of `span` at `path`; see `copy_store`."""
    for time in span:
        _folder_name(time // PARTITION)  # before a window is looked for in every year there is

    def windows() -> Iterator[tuple[int, Samples]]:
        for window in range(span[0] // PARTITION, span[1] // PARTITION + 1):
            first = window * PARTITION
            part = read(max(first, span[0]), min(first + PARTITION - 1, span[1]))
            if len(part):
                yield window, share_clocks(part)

    labels: set[Labels] = set()
    interval_of: dict[Labels, int] = {}
    for _, part in windows():
        labels.update(part.labels)
        interval_of.update(series_intervals(part))
    if not labels:
        raise RecordingError(f"there are no samples to write to `{path}`; nothing was written")
    intervals = dict(sorted(Counter(interval_of.values()).items()))
    _write(path, sorted(labels), windows(), intervals, provenance, metadata)


def _write(
    path: Path,
    labels: Sequence[Labels],
    windows: Iterable[tuple[int, Samples]],
    intervals: Mapping[int, int],
    provenance: str,
    metadata: Mapping[str, Metadata],
) -> None:
    """Write all `windows` into a new folder beside, then put it in its place."""
    if path.exists() and not (path / manifest.MANIFEST).is_file():
        raise RecordingError(
            f"`{path}` is there and is no recording; name another place, or move it away"
        )
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent))
    try:
        ids = {series: number for number, series in enumerate(labels)}
        files = _write_series(beside, manifest.SERIES, labels, ids)
        partitions = [
            _write_partition(beside / _folder_name(window), ids, part) for window, part in windows
        ]
        info = RecordingInfo(
            format=manifest.FORMAT,
            series=len(labels),
            samples=sum(partition.samples for partition in partitions),
            start=None,
            end=None,
            scrape_intervals=intervals,
            provenance=provenance,
            metadata=metadata,
        )
        _write_manifest(beside, Manifest(info, _label_names(labels), files, tuple(partitions)))
        beside.chmod(0o755)
        _sync(beside)
        exchange(beside, path)
        _sync(path.parent)
    finally:
        discard(beside)


def append(path: Path, samples: Samples, provenance: str, metadata: Mapping[str, Metadata]) -> None:
    """Put `samples` into the recording at `path`; see `append_store`."""
    with _locked(path):
        old = Manifest.read(path / manifest.MANIFEST)
        _clean(path, old)
        try:
            new = _written_beside(path, old, in_order(samples))
            new = attrs.evolve(
                new,
                info=attrs.evolve(
                    new.info,
                    provenance=_both(old.info.provenance, provenance),
                    metadata={**old.info.metadata, **metadata},
                ),
            )
            # With this, and not before, the recording is the new one.
            _write_manifest(path, new)
            _sync(path)
        finally:
            _clean(path, Manifest.read(path / manifest.MANIFEST))


def _written_beside(path: Path, old: Manifest, samples: Samples) -> Manifest:
    """Write series and partitions that have `samples` too, beside the old ones; returns what is to be the manifest."""
    with StoreRecording(path, Damage()) as recording:
        ids = recording.ids()
        for labels in samples.labels:
            ids.setdefault(labels, len(ids))
        partitions = list(old.partitions)
        for window, part in _windows(samples):
            first = window * PARTITION
            there = recording.select((), first, first + PARTITION - 1)
            name = _next_name(_folder_name(window), [p.name for p in old.partitions])
            partitions = [p for p in partitions if p.start // PARTITION != window]
            partitions.append(_write_partition(path / name, ids, merge([there, part])))
    every = sorted(ids)
    name = _next_name(manifest.SERIES, [old.series_file])
    files = _write_series(path, name, every, ids)
    _sync(path)
    return Manifest(
        info=attrs.evolve(
            old.info,
            series=len(every),
            samples=sum(partition.samples for partition in partitions),
            scrape_intervals=_more(old.info.scrape_intervals, scrape_intervals(samples)),
        ),
        label_names=_label_names(every),
        files=files,
        partitions=tuple(sorted(partitions, key=lambda partition: partition.start)),
    )


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep other writers away; the lock ends with the process, however that ends."""
    if not (path / manifest.MANIFEST).is_file():
        raise RecordingError(f"`{path}` is no recording that could be appended to")
    descriptor = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise RecordingError(f"`{path}` is being written to by another program") from None
    finally:
        os.close(descriptor)


def _clean(path: Path, current: Manifest) -> None:
    """Remove what earlier generations left, and what a writer left that was killed."""
    kept = {*current.files, *(partition.name for partition in current.partitions)}
    for entry in path.iterdir():
        if entry.name in kept:
            continue
        if entry.is_dir() and not entry.is_symlink() and manifest.is_partition_name(entry.name):
            shutil.rmtree(entry)
        elif manifest.is_series_name(entry.name) or entry.name == _NEW_MANIFEST:
            entry.unlink()


_NEW_MANIFEST: Final = f"{manifest.MANIFEST}.new"


def _windows(samples: Samples) -> Iterator[tuple[int, Samples]]:
    """Yield the windows of time that have samples: number, and the samples in it."""
    for number in np.unique(samples.times // PARTITION).tolist():
        first = number * PARTITION
        part = between(samples, first, first + PARTITION - 1)
        if len(part):
            yield number, share_clocks(part)


def _folder_name(window: int) -> str:
    if not _EARLIEST <= window * PARTITION < _LATEST:
        raise RecordingError(
            f"there are samples at {utc(window * PARTITION)}; a recording is of the years 1000 to 9999"
        )
    begin = datetime.fromtimestamp(window * PARTITION / 1000, UTC)
    return f"{begin:%Y%m%dT%H%M%SZ}"


def _next_name(name: str, taken: Sequence[str]) -> str:
    generation = 1
    while of_generation(name, generation) in taken:
        generation += 1
    return of_generation(name, generation)


def _write_series(
    folder: Path, name: str, labels: Sequence[Labels], ids: Mapping[Labels, int]
) -> dict[str, StoredFile]:
    numbers = np.array([ids[series] for series in labels], np.int64)
    tables.write_table(folder / name, tables.series_table(labels, numbers))
    _sync(folder / name)
    return {name: StoredFile.of(folder / name)}


def _write_partition(folder: Path, ids: Mapping[Labels, int], part: Samples) -> Partition:
    series = np.array([ids[labels] for labels in part.labels], np.int64)
    order: Index = np.argsort(series)
    if not np.array_equal(order, np.arange(len(order))):
        series, part = series[order], share_clocks(take(part, order))
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
        _sync(folder / name)
    _sync(folder)
    start, end = part.span() or (0, 0)
    return Partition(
        name=folder.name,
        start=start,
        end=end,
        series=len(part),
        samples=part.sample_count,
        files={name: StoredFile.of(folder / name) for name in sorted(contents)},
    )


def _write_manifest(folder: Path, content: Manifest) -> None:
    """Write the manifest in one step; its span is that of its partitions."""
    spans = [(partition.start, partition.end) for partition in content.partitions]
    info = attrs.evolve(
        content.info,
        start=min((start for start, _ in spans), default=None),
        end=max((end for _, end in spans), default=None),
    )
    new = folder / _NEW_MANIFEST
    new.write_bytes(attrs.evolve(content, info=info).to_json())
    _sync(new)
    new.replace(folder / manifest.MANIFEST)


def _label_names(labels: Sequence[Labels]) -> tuple[str, ...]:
    return tuple(sorted({name for series in labels for name in series}))


def _more(old: Mapping[int, int], new: Mapping[int, int]) -> dict[int, int]:
    """Say of each scrape interval how many series had it at least."""
    return {ms: max(old.get(ms, 0), new.get(ms, 0)) for ms in sorted({*old, *new})}


def _both(old: str, new: str) -> str:
    return old if not new or new in old else f"{old}; {new}" if old else new


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
