"""The chunks that make up the answer to a selector, from all blocks, in the order to decode them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from mixwright.errors import RecordingError
from mixwright.frame import Index, Mask, Samples
from mixwright.recordings.damage import Damage
from mixwright.recordings.tsdb.block import Block, Selection
from mixwright.recordings.tsdb.files import MappedFile
from mixwright.recordings.tsdb.head import Head
from mixwright.values import Labels, utc

Interval = tuple[int, int]


@attrs.frozen(eq=False)
class ChunkTable:
    """Which chunks make up which series: parallel arrays, sorted by series, then by first time.

    `first` and `last` are times in ms. `segment` numbers `segments`, or is one more for all samples
    of series number `offset` of `memory`. `deleted` has the intervals [first, last] in ms to leave
    out, by row of the table.
    """

    labels: tuple[Labels, ...]
    series: Index
    first: Index
    last: Index
    segment: Index
    offset: Index
    segments: tuple[MappedFile, ...]
    memory: Samples | None
    deleted: Mapping[int, Sequence[Interval]]
    damage: Damage

    def lose(self, row: int, error: RecordingError) -> None:
        """Raise `error`, or go on without a chunk."""
        series = self.labels[int(self.series[row])]
        first, last = utc(int(self.first[row])), utc(int(self.last[row]))
        self.damage.met(error, f"`{series}` from {first} to {last}")


def chunk_table(
    found: Sequence[tuple[Block, Selection]],
    damage: Damage,
    head: tuple[Head, Index] | None = None,
) -> ChunkTable:
    """List the chunks of all blocks by series; of those with equal first time the earlier block's come first.

    `head` comes with the numbers of those of its series that were found.
    """
    names = [selection.labels for _, selection in found]
    if head is not None:
        names.append(tuple(head[0].samples.labels[number] for number in head[1].tolist()))
    labels = _merged(names)
    number_of = {series: number for number, series in enumerate(labels)}
    rows = [np.empty((0, 5), np.int64)]
    segments: list[MappedFile] = []
    deleted: dict[int, Sequence[Interval]] = {}
    count = 0
    for block, selection in found:
        numbers = np.array([number_of[series] for series in selection.labels], np.int64)
        series = np.repeat(numbers, np.diff(selection.chunk_starts))
        segment, offset, kept = _places(block, selection, damage)
        chunks = selection.chunks
        table = np.column_stack(
            [series, chunks[:, 0], chunks[:, 1], segment + len(segments), offset]
        )
        rows.append(table[kept])
        place = count + np.cumsum(kept) - 1
        deleted |= {
            int(place[row]): times for row, times in _deletions(block, selection) if kept[row]
        }
        segments += [block.segments[number] for number in sorted(block.segments)]
        count += int(kept.sum())
    if head is not None:
        rows.append(_head_rows(head[0].samples, head[1], number_of, len(segments)))
        deleted |= {
            count + row: head[0].deleted[number]
            for row, number in enumerate(head[1].tolist())
            if number in head[0].deleted
        }
    table = np.concatenate(rows)
    order = np.lexsort((table[:, 1], table[:, 0]))
    place = np.argsort(order)
    return ChunkTable(
        labels=labels,
        series=table[order, 0],
        first=table[order, 1],
        last=table[order, 2],
        segment=table[order, 3],
        offset=table[order, 4],
        segments=tuple(segments),
        memory=None if head is None else head[0].samples,
        deleted={int(place[row]): times for row, times in deleted.items()},
        damage=damage,
    )


def _merged(parts: Sequence[tuple[Labels, ...]]) -> tuple[Labels, ...]:
    if len(parts) == 1:
        return parts[0]
    return tuple(sorted(set().union(*parts)))


def _head_rows(
    samples: Samples, numbers: Index, number_of: Mapping[Labels, int], segment: int
) -> Index:
    """Return rows for series of the head: number, first and last time, segment, number in the head."""
    series = [number_of[samples.labels[number]] for number in numbers.tolist()]
    clock = samples.clock[numbers]
    first = samples.times[samples.clock_starts[clock]]
    last = samples.times[samples.clock_starts[clock + 1] - 1]
    return np.column_stack(
        [np.array(series, np.int64), first, last, np.full(len(numbers), segment), numbers]
    )


def _places(block: Block, selection: Selection, damage: Damage) -> tuple[Index, Index, Mask]:
    """Split chunk references into places among the segments and offsets in the segment; and what is there at all."""
    segment, offset = selection.chunks[:, 2] >> 32, selection.chunks[:, 2] & 0xFFFFFFFF
    there = np.array(sorted(block.segments), np.int64)
    kept = np.isin(segment, there)
    if not kept.all():
        missing = int(segment[~kept][0])
        error = RecordingError(
            f"`{block.path / 'chunks' / f'{missing + 1:06d}'}` is missing, but the index refers to it; "
            "the block is not complete, copy it again"
        )
        damage.met(error, f"{int((~kept).sum())} chunks")
    return np.searchsorted(there, segment), offset, kept


def _deletions(block: Block, selection: Selection) -> list[tuple[int, Sequence[Interval]]]:
    if not block.tombstones:
        return []
    starts = selection.chunk_starts.tolist()
    return [
        (row, block.tombstones[reference])
        for reference, first, last in zip(
            selection.references.tolist(), starts, starts[1:], strict=False
        )
        if reference in block.tombstones
        for row in range(first, last)
    ]
