"""The chunks that make up the answer to a selector, from all blocks, in the order to decode them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from mixwright.errors import RecordingError
from mixwright.frame import Index, Samples
from mixwright.recordings.tsdb.block import Block, Selection
from mixwright.recordings.tsdb.files import MappedFile
from mixwright.recordings.tsdb.head import Head
from mixwright.values import Labels

Interval = tuple[int, int]


@attrs.frozen(eq=False)
class ChunkTable:
    """Which chunks make up which series: parallel arrays, sorted by series, then by first time.

    `segment` numbers `segments`, or is one more for all samples of series number `offset` of
    `memory`. `deleted` has the intervals [first, last] in ms to leave out, by row of the table.
    """

    labels: tuple[Labels, ...]
    series: Index
    segment: Index
    offset: Index
    segments: tuple[MappedFile, ...]
    memory: Samples | None
    deleted: Mapping[int, Sequence[Interval]]


def chunk_table(
    found: Sequence[tuple[Block, Selection]], head: tuple[Head, Index] | None = None
) -> ChunkTable:
    """List the chunks of all blocks by series; of those with equal first time the earlier block's come first.

    `head` comes with the numbers of those of its series that were found.
    """
    names = [selection.labels for _, selection in found]
    if head is not None:
        names.append(tuple(head[0].samples.labels[number] for number in head[1].tolist()))
    labels = _merged(names)
    number_of = {series: number for number, series in enumerate(labels)}
    rows = [np.empty((0, 4), np.int64)]
    segments: list[MappedFile] = []
    deleted: dict[int, Sequence[Interval]] = {}
    count = 0
    for block, selection in found:
        numbers = np.array([number_of[series] for series in selection.labels], np.int64)
        series = np.repeat(numbers, np.diff(selection.chunk_starts))
        segment, offset = _places(block, selection)
        rows.append(
            np.column_stack([series, selection.chunks[:, 0], segment + len(segments), offset])
        )
        deleted |= {count + row: times for row, times in _deletions(block, selection)}
        segments += block.segments
        count += len(series)
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
        segment=table[order, 2],
        offset=table[order, 3],
        segments=tuple(segments),
        memory=None if head is None else head[0].samples,
        deleted={int(place[row]): times for row, times in deleted.items()},
    )


def _merged(parts: Sequence[tuple[Labels, ...]]) -> tuple[Labels, ...]:
    if len(parts) == 1:
        return parts[0]
    return tuple(sorted(set().union(*parts)))


def _head_rows(
    samples: Samples, numbers: Index, number_of: Mapping[Labels, int], segment: int
) -> Index:
    """Return rows for series of the head: number, first time, segment, number in the head."""
    series = [number_of[samples.labels[number]] for number in numbers.tolist()]
    first = samples.times[samples.clock_starts[samples.clock[numbers]]]
    return np.column_stack(
        [np.array(series, np.int64), first, np.full(len(numbers), segment), numbers]
    )


def _places(block: Block, selection: Selection) -> tuple[Index, Index]:
    """Split chunk references into segment numbers and offsets in the segment."""
    segment, offset = selection.chunks[:, 2] >> 32, selection.chunks[:, 2] & 0xFFFFFFFF
    if len(segment) and not 0 <= int(segment.min()) <= int(segment.max()) < len(block.segments):
        raise RecordingError(
            f"`{block.path / 'chunks'}` has {len(block.segments)} segments, but the index refers to "
            f"number {int(segment.max()) + 1}; the block is not complete, copy it again"
        )
    return segment, offset


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
