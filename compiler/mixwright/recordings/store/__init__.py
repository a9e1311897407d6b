"""The embedded store: a recording as a directory of Parquet files with a small manifest.

```
manifest.json                  what is in it, with the SHA-256 of every file
series.parquet                 one row per series, sorted: its labels
20261123T060000Z/              a partition: the samples of six hours
  runs.parquet                 which series have samples here: series, clock
  clocks.parquet               the times of each clock, stored once for all series scraped together
  values.parquet               the values, run after run
  histograms.parquet           native histograms by row of the values, where there are any
```

An append writes new files and folders beside the old ones (`series.2.parquet`, `20261123T060000Z.2`),
then replaces the manifest, which is what counts, and removes what it does not name any more. Series
keep their numbers in partitions: where those are not the rows of the sorted table, it has a column `id`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from mixwright.frame import Samples
from mixwright.recordings.damage import Damage
from mixwright.recordings.recording import Metadata, Recording, SourceFormat
from mixwright.recordings.store.manifest import MANIFEST, SERIES

__all__ = ["SOURCE", "append_store", "copy_store", "is_store", "write_store"]


def write_store(
    path: str | Path,
    samples: Samples,
    *,
    provenance: str,
    metadata: Mapping[str, Metadata] | None = None,
) -> None:
    """Write `samples` as a recording at `path`, in one step: it is there as a whole or not at all.

    A recording that is there already is replaced; anything else at `path` is a `RecordingError`.
    Equal content gives equal bytes.
    """
    from mixwright.recordings.store.writer import write

    write(Path(path), samples, provenance, metadata or {})


def copy_store(
    path: str | Path,
    span: tuple[int, int],
    read: Callable[[int, int], Samples],
    *,
    provenance: str,
    metadata: Mapping[str, Metadata] | None = None,
) -> None:
    """Write like `write_store` what `read(start, end)` (ms) returns of `span`, holding a few hours at a time.

    Every stretch of time is read twice, first for its labels; series must come sorted.
    """
    from mixwright.recordings.store.writer import copy

    copy(Path(path), span, read, provenance, metadata or {})


def append_store(
    path: str | Path,
    samples: Samples,
    *,
    provenance: str = "",
    metadata: Mapping[str, Metadata] | None = None,
) -> None:
    """Put `samples` into the recording at `path`, which stays as it was should that fail half way.

    Of two samples of one series and time the new one counts. Only the partitions that get samples
    are written anew. One program at a time: a second one gets a `RecordingError`.
    """
    from mixwright.recordings.store.writer import append

    append(Path(path), samples, provenance, metadata or {})


def is_store(path: Path) -> bool:
    """Tell whether a stored recording is at `path`, complete or not."""
    return path.is_dir() and ((path / MANIFEST).exists() or (path / SERIES).exists())


def _open(path: Path, damage: Damage) -> Recording:
    from mixwright.recordings.store.reader import StoreRecording

    return StoreRecording(path, damage)


SOURCE = SourceFormat("mixwright recording directory", is_store, _open)
