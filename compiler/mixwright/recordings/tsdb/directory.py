"""A Prometheus block, data or snapshot directory, opened as one recording."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from mixwright.errors import RecordingError
from mixwright.frame import Samples
from mixwright.frame.slicing import ALL_TIME, cut_samples
from mixwright.recordings.damage import Damage
from mixwright.recordings.intervals import scrape_intervals
from mixwright.recordings.recording import Recording, RecordingInfo
from mixwright.recordings.tsdb.assembly import assemble
from mixwright.recordings.tsdb.block import Block, is_block
from mixwright.recordings.tsdb.chunktable import chunk_table
from mixwright.recordings.tsdb.head import read_head
from mixwright.values import Labels, Matcher, quote

_ULID: Final = re.compile(r"[0-9A-HJKMNP-TV-Z]{26}")
_PROBED_SERIES: Final = 500
"""So many series are decoded to tell the scrape interval of all."""


def _block_directories(path: Path) -> list[Path]:
    if is_block(path):
        return [path]
    return sorted(p for p in path.iterdir() if p.is_dir() and _ULID.fullmatch(p.name))


def _sound_blocks(path: Path, damage: Damage) -> Iterator[Block]:
    """Yield the blocks that can be read at all."""
    for directory in _block_directories(path):
        try:
            block = Block(directory, damage)
            _ = block.span
        except RecordingError as error:
            damage.met(error, f"the block `{directory.name}`")
        else:
            yield block


def is_data_directory(path: Path) -> bool:
    """Tell whether `path` is a block, or a directory that a Prometheus server writes."""
    return path.is_dir() and bool(
        _block_directories(path) or (path / "wal").is_dir() or (path / "chunks_head").is_dir()
    )


def _holds_chunks(folder: Path) -> bool:
    return folder.is_dir() and any(path.name.isdigit() for path in folder.iterdir())


class TsdbRecording(Recording):
    """Blocks read through their indexes: only the chunks that a selector needs are decoded."""

    def __init__(self, path: Path, damage: Damage) -> None:
        self._path = path
        self._damage = damage
        blocks = list(_sound_blocks(path, damage))
        compacted = frozenset().union(*(block.parents for block in blocks))
        blocks = [block for block in blocks if block.ulid not in compacted]
        self._blocks = sorted(blocks, key=lambda block: (block.span or (0, 0), block.ulid))
        if not (path / "wal").is_dir() and _holds_chunks(path / "chunks_head"):
            error = RecordingError(
                f"`{path / 'wal'}` is missing, but `chunks_head` has samples whose labels are in it; "
                "copy the directory again, or take a snapshot"
            )
            damage.met(error, "what is not in a block yet")
        ends = [block.end for block in self._blocks if block.end is not None]
        spans = [block.span for block in self._blocks if block.end is not None]
        self._head = read_head(
            path,
            earliest=max(ends, default=ALL_TIME.start),
            last_in_blocks=max((span[1] for span in spans if span), default=ALL_TIME.start),
            damage=damage,
        )

    def select(self, matchers: Sequence[Matcher], start: int, end: int) -> Samples:
        """Return the series that satisfy all `matchers` and have samples in [start, end] (ms), sorted."""
        found = [
            (block, block.select(matchers, start, end))
            for block in self._blocks
            if block.span is not None and block.span[0] <= end and block.span[1] >= start
        ]
        if self._head is None:
            return assemble(chunk_table(found, self._damage), start, end)
        numbers = self._head.index.match(matchers)
        if not found and not self._head.deleted:
            return cut_samples(self._head.samples, numbers, start, end)
        return assemble(chunk_table(found, self._damage, (self._head, numbers)), start, end)

    def series(self) -> tuple[Labels, ...]:
        """Return the labels of every series, sorted."""
        return self._series

    @functools.cached_property
    def _series(self) -> tuple[Labels, ...]:
        every: set[Labels] = set()
        for block in self._blocks:
            every.update(block.select((), ALL_TIME.start, ALL_TIME.stop).labels)
        if self._head is not None:
            every.update(self._head.samples.labels)
        return tuple(sorted(every))

    def span(self) -> tuple[int, int] | None:
        """Return first and last sample time in ms, or `None` without samples."""
        spans = [block.span for block in self._blocks]
        spans.append(None if self._head is None else self._head.samples.span())
        known = [span for span in spans if span is not None]
        return (min(s[0] for s in known), max(s[1] for s in known)) if known else None

    @functools.cached_property
    def info(self) -> RecordingInfo:
        """What the recording holds; the sample count is what the blocks say of themselves, plus the head."""
        start, end = self.span() or (None, None)
        head = self._head
        parts = [f"block {block.ulid}" for block in self._blocks]
        parts += [] if head is None else ["the write-ahead log"]
        return RecordingInfo(
            format="Prometheus TSDB",
            series=len(self._series),
            samples=sum(block.sample_count for block in self._blocks)
            + (0 if head is None else head.samples.sample_count),
            start=start,
            end=end,
            scrape_intervals=self._scrape_intervals(),
            provenance=f"Prometheus TSDB at {self._path}: " + ", ".join(parts),
            metadata={} if head is None else head.metadata,
            notes=(*self._notes(), *(() if head is None else head.notes)),
        )

    def _notes(self) -> Iterator[str]:
        labels = sorted(
            {
                f"{name}={quote(str(value))}"
                for block in self._blocks
                for name, value in block.external_labels.items()
                if not name.startswith("__")
            }
        )
        if labels:
            yield (
                f"Thanos or Mimir put {', '.join(labels)} on every series when they answer; "
                "the blocks do not have these labels, and rules that need them find nothing"
            )

    def _scrape_intervals(self) -> dict[int, int]:
        """Tell the intervals from the head, or from evenly spread series of the last block, scaled to all."""
        if self._head is not None and len(self._head.samples):
            found = scrape_intervals(self._head.samples)
        elif self._blocks:
            block = self._blocks[-1]
            every = block.index.match(())
            probed = every[:: max(1, len(every) // _PROBED_SERIES)]
            table = chunk_table(
                [(block, block.read(probed, ALL_TIME.start, ALL_TIME.stop))], self._damage
            )
            found = scrape_intervals(assemble(table, ALL_TIME.start, ALL_TIME.stop))
        else:
            return {}
        scale = len(self._series) / max(1, sum(found.values()))
        return {interval: round(count * scale) for interval, count in found.items()}
