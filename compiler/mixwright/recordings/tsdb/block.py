"""One block of a Prometheus TSDB: an index, chunk segments, tombstones and `meta.json`."""

from __future__ import annotations

import functools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import attrs
import numpy as np

from mixwright.errors import RecordingError
from mixwright.frame import Index
from mixwright.recordings.damage import Damage
from mixwright.recordings.tsdb import kernels
from mixwright.recordings.tsdb.files import MappedFile
from mixwright.recordings.tsdb.index import BlockIndex
from mixwright.values import Labels, Matcher

_SEGMENT_MAGIC: Final = 0x85BD40DD
_TOMBSTONES_MAGIC: Final = 0x0130BA30
_PARTIAL: Final = ("from-out-of-order", "from-stale-series", "from-selected-series")
"""Compaction hints of blocks that are cut while the head keeps samples of their time."""


def is_block(path: Path) -> bool:
    """Tell whether `path` is the directory of a block."""
    return (path / "meta.json").is_file() and (
        (path / "index").exists() or (path / "chunks").exists()
    )


@attrs.frozen(eq=False)
class Selection:
    """What a selector found in one block: series, and the chunks to decode.

    The chunks of series `s` are the rows `chunk_starts[s]:chunk_starts[s + 1]` of `chunks`, with
    columns first time, last time (ms) and reference (segment number × 2³² + offset).
    """

    labels: tuple[Labels, ...]
    references: Index
    chunk_starts: Index
    chunks: Index


class Block:
    """A block directory, opened; its span comes from the index, not from `meta.json`, which has no checksum."""

    def __init__(self, path: Path, damage: Damage) -> None:
        self.path = path
        self._damage = damage
        self.meta = _meta(path / "meta.json")
        resolution = _at(self.meta, "thanos", "downsample", "resolution")
        if resolution:
            raise RecordingError(
                f"`{path}` is downsampled by Thanos to {resolution} ms; rules need raw samples, "
                "take the block with resolution 0"
            )
        self.index = BlockIndex(path / "index", damage)

    @property
    def ulid(self) -> str:
        """The block's own name."""
        return str(self.meta.get("ulid", self.path.name))

    @property
    def external_labels(self) -> Mapping[str, str]:
        """Labels that Thanos and Mimir put on all series of the block when they answer."""
        labels = _at(self.meta, "thanos", "labels")
        return labels if isinstance(labels, dict) else {}

    @property
    def parents(self) -> frozenset[str]:
        """Names of the blocks that were compacted into this one."""
        parents = _at(self.meta, "compaction", "parents")
        return frozenset(
            str(_at(parent, "ulid")) for parent in (parents if isinstance(parents, list) else ())
        )

    @property
    def sample_count(self) -> int:
        """How many samples the block says it has."""
        count = _at(self.meta, "stats", "numSamples")
        return count if isinstance(count, int) else 0

    @property
    def end(self) -> int | None:
        """The time (ms) that all samples of the block are before, as it says.

        `None` for a block that does not say where the head begins: of samples that came out of
        order, or of some series only (`inOrderBlocksMaxTime`).
        """
        hints = _at(self.meta, "compaction", "hints")
        end: int = self.meta["maxTime"]
        partial = isinstance(hints, list) and any(hint in _PARTIAL for hint in hints)
        return None if partial else end

    @functools.cached_property
    def span(self) -> tuple[int, int] | None:
        """First and last time of the block's chunks."""
        return self.index.span()

    def select(self, matchers: Sequence[Matcher], start: int, end: int) -> Selection:
        """Find the series that satisfy `matchers` and have chunks that touch [start, end]."""
        return self.read(self.index.match(matchers), start, end)

    def read(self, references: Index, start: int, end: int) -> Selection:
        """Find those of the series called `references` that have chunks that touch [start, end]."""
        entries = self.index.entries(references, start, end)
        numbers = np.flatnonzero(np.diff(entries.chunk_starts))
        labels = tuple(self.index.labels(entries, number) for number in numbers.tolist())
        # What is left out has no chunks, so that the others still lie side by side.
        starts = np.append(entries.chunk_starts[:-1][numbers], len(entries.chunks))
        return Selection(labels, references[numbers], starts, entries.chunks)

    @functools.cached_property
    def segments(self) -> Mapping[int, MappedFile]:
        """The chunk segment files by number, the first one 0."""
        folder = self.path / "chunks"
        paths = sorted(p for p in folder.glob("*") if p.name.isdigit()) if folder.is_dir() else []
        files = {int(path.name) - 1: MappedFile(path) for path in paths}
        for file in files.values():
            try:
                file.expect_magic(_SEGMENT_MAGIC, "Prometheus chunk segment", (1,))
            except RecordingError as error:
                self._damage.met(error, "the head of the file")
        return files

    @functools.cached_property
    def tombstones(self) -> Mapping[int, list[tuple[int, int]]]:
        """Deleted intervals [first, last] in ms, by series reference.

        Source: `tsdb/docs/format/tombstones.md`.
        """
        path = self.path / "tombstones"
        if not path.exists():
            return {}
        try:
            return self._read_tombstones(path)
        except RecordingError as error:
            self._damage.met(error, "which samples were deleted: all of them are back")
            return {}

    def _read_tombstones(self, path: Path) -> Mapping[int, list[tuple[int, int]]]:
        file = MappedFile(path)
        file.expect_magic(_TOMBSTONES_MAGIC, "Prometheus tombstones file", (1,))
        end = len(file) - 4
        if end < 5 or kernels.crc32c(file.data, 5, end) != file.number(end, 4):
            file.fail(5, kernels.CHECKSUM)
        found: dict[int, list[tuple[int, int]]] = {}
        position = 5
        while position < end:
            numbers = []
            for read in (kernels.uvarint, kernels.varint, kernels.varint):
                before = position
                number, position = read(file.data, position, end)
                if position < 0:
                    file.fail(before, kernels.MALFORMED)
                numbers.append(number)
            found.setdefault(numbers[0], []).append((numbers[1], numbers[2]))
        return found


def _at(meta: object, *keys: str) -> Any:
    """Return what JSON has at a path of keys, or `None`."""
    for key in keys:
        meta = meta.get(key) if isinstance(meta, dict) else None
    return meta


def _meta(path: Path) -> dict[str, Any]:
    try:
        meta = json.loads(path.read_bytes())
    except FileNotFoundError:
        raise RecordingError(
            f"`{path}` is missing; the block is not complete, copy it again"
        ) from None
    except ValueError as error:
        raise RecordingError(f"`{path}` is not JSON: {error}") from None
    if not isinstance(meta, dict) or meta.get("version") != 1:
        raise RecordingError(f"`{path}` does not say `version: 1`; it is no block that can be read")
    for key in ("minTime", "maxTime"):
        if not isinstance(meta.get(key), int):
            raise RecordingError(
                f"`{path}` does not say `{key}`; it is damaged, copy the block again"
            )
    return meta
