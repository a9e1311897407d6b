"""Reads a stored recording: only the partitions, row groups and series that a selector needs."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence

import attrs
import numpy as np

from mixwright.errors import RecordingError
from mixwright.frame import Index, Objects, Samples, Times
from mixwright.frame.labelindex import LabelIndex
from mixwright.frame.slicing import offsets
from mixwright.recordings.damage import Damage
from mixwright.recordings.recording import Recording, RecordingInfo
from mixwright.recordings.remote import Place
from mixwright.recordings.store import manifest, tables
from mixwright.recordings.store.manifest import Manifest
from mixwright.recordings.store.partition import Runs, StoredPartition
from mixwright.values import Labels, Matcher


class StoreRecording(Recording):
    """A directory that `write_store` wrote, opened; each file is verified when it is first needed."""

    def __init__(self, path: Place, damage: Damage) -> None:
        self._path = path
        self._damage = damage
        self._manifest = Manifest.read(path / manifest.MANIFEST)
        self._partitions = [
            StoredPartition(path / partition.name, partition)
            for partition in self._manifest.partitions
        ]

    @property
    def info(self) -> RecordingInfo:
        """What the recording holds."""
        return self._manifest.info

    def span(self) -> tuple[int, int] | None:
        """Return first and last sample time in ms, or `None` without samples."""
        start, end = self.info.start, self.info.end
        return None if start is None or end is None else (start, end)

    def series(self) -> tuple[Labels, ...]:
        """Return the labels of every series, sorted."""
        return self._index.labels(np.arange(len(self._index)))

    def ids(self) -> dict[Labels, int]:
        """Return by what number each series is called in the partitions."""
        return dict(zip(self.series(), self._ids.tolist(), strict=True))

    def select(self, matchers: Sequence[Matcher], start: int, end: int) -> Samples:
        """Return the series that satisfy all `matchers` and have samples in [start, end] (ms), sorted."""
        numbers = self._index.match(matchers)
        found = list(self._find(numbers, start, end))
        sizes = np.zeros(len(self._index), np.int64)
        for runs in found:
            sizes[runs.series] += runs.counts
        numbers = numbers[sizes[numbers] > 0]
        starts = offsets(sizes[numbers])
        place = np.zeros(len(self._index), np.int64)
        place[numbers] = starts[:-1]
        values = np.empty(int(starts[-1]), np.float64)
        histograms: Objects | None = None
        for runs in found:
            runs.partition.read_values(runs, place[runs.series], values)
            places, objects = runs.partition.histograms(runs, place[runs.series])
            if len(places) and histograms is None:
                histograms = np.full(len(values), None, object)
            if histograms is not None:
                histograms[places] = objects
            place[runs.series] += runs.counts
        times, clock_starts, clock = _join_clocks(found, numbers, len(self._index))
        labels = self._index.labels(numbers)
        return Samples(labels, times, clock_starts, clock, values, starts, histograms)

    def _find(self, numbers: Index, start: int, end: int) -> Iterator[Runs]:
        """Yield what each partition has of the series `numbers`, leaving out what is damaged."""
        for partition in self._partitions:
            if not partition.overlaps(start, end):
                continue
            try:
                runs = partition.find(self._ids[numbers], start, end)
            except RecordingError as error:
                self._damage.met(error, partition.content)
            else:
                yield attrs.evolve(runs, series=self._numbers[runs.series])

    @functools.cached_property
    def _table(self) -> tuple[LabelIndex, Index]:
        """The labels of all series, sorted, and by what number each is called in the partitions."""
        name = self._manifest.series_file
        file = tables.VerifiedFile(self._path / name, self._manifest.files[name])
        with tables.laid_out(self._path / name):
            table = file.read(rows=self.info.series)
            ids, index = tables.series_ids(table), tables.label_index(table)
        if not np.array_equal(np.sort(ids), np.arange(len(ids))):
            raise RecordingError(
                f"`{self._path / name}` numbers series twice; it was not written by this program"
            )
        return index, ids

    @property
    def _index(self) -> LabelIndex:
        return self._table[0]

    @property
    def _ids(self) -> Index:
        return self._table[1]

    @functools.cached_property
    def _numbers(self) -> Index:
        """The place of each series among the sorted ones, by its number in the partitions."""
        return np.argsort(self._ids)


def _join_clocks(
    found: Sequence[Runs], numbers: Index, series_count: int
) -> tuple[Times, Index, Index]:
    """Return times, clock starts and the clock of each of `numbers`, over all partitions.

    Series share a clock here when they share one in every partition.
    """
    clock_of = np.full((len(found), series_count), -1, np.int64)
    for row, runs in enumerate(found):
        clock_of[row, runs.series] = runs.clock
    distinct, clock = np.unique(clock_of[:, numbers], axis=1, return_inverse=True)
    clocks = []
    for combination in distinct.T.tolist():
        parts = [
            runs.partition.times[runs.first[number] : runs.last[number]]
            for runs, number in zip(found, combination, strict=True)
            if number >= 0
        ]
        clocks.append(parts[0] if len(parts) == 1 else np.concatenate(parts))
    times = np.concatenate([np.empty(0, np.int64), *clocks])
    starts = offsets(np.array([len(part) for part in clocks], np.int64))
    return times, starts, clock.reshape(-1)
