"""One partition of a stored recording: the samples of a few hours, read row group by row group."""

from __future__ import annotations

import functools
import os
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Final

import attrs
import numpy as np

from mixwright.errors import RecordingError
from mixwright.frame import Index, Objects, Times, Values
from mixwright.frame.slicing import offsets, trim_clocks
from mixwright.recordings.remote import Place
from mixwright.recordings.store import manifest, tables
from mixwright.recordings.store.manifest import Partition
from mixwright.recordings.store.tables import VerifiedFile
from mixwright.values import utc

_THREADS: Final = os.cpu_count()


@attrs.frozen(eq=False)
class Runs:
    """What a selector found in one partition: series, the values [begin, begin + count) of each, and its times.

    The times of run `r` are `times[first[c]:last[c]]` of the partition, with `c = clock[r]`.
    """

    partition: StoredPartition
    series: Index
    begins: Index
    counts: Index
    clock: Index
    first: Index
    last: Index


class StoredPartition:
    """The files of one partition."""

    def __init__(self, folder: Place, partition: Partition) -> None:
        self._folder = folder
        self._partition = partition

    @property
    def times(self) -> Times:
        """The times of all clocks."""
        return self._clocks[0]

    @property
    def content(self) -> str:
        """What is lost without the partition."""
        p = self._partition
        return f"{p.samples} samples of {p.series} series from {utc(p.start)} to {utc(p.end)}"

    def overlaps(self, start: int, end: int) -> bool:
        """Tell whether the partition has times in [start, end] (ms)."""
        return self._partition.start <= end and self._partition.end >= start

    def find(self, numbers: Index, start: int, end: int) -> Runs:
        """Find the runs of the series `numbers` that have samples in [start, end] (ms); all files are sound."""
        wanted = np.flatnonzero(np.isin(self._runs[0], numbers))
        clock = self._runs[1][wanted]
        first, last = trim_clocks(self.times, self._clocks[1], np.unique(clock), start, end)
        counts = (last - first)[clock]
        if len(wanted):
            _ = self._values, self._histograms
        wanted, clock, counts = wanted[counts > 0], clock[counts > 0], counts[counts > 0]
        begins = self._runs[2][wanted] + (first - self._clocks[1][:-1])[clock]
        return Runs(self, self._runs[0][wanted], begins, counts, clock, first, last)

    def read_values(self, runs: Runs, places: Index, values: Values) -> None:
        """Copy the values of `runs` to `places` in `values`, row group by row group."""
        edges = self._values.row_groups
        begins, ends, places = _in_one_piece(runs.begins, runs.counts, places)
        # The first and last run that each row group has a part of; runs lie in rising order.
        from_run = np.searchsorted(ends, edges[:-1], side="right")
        to_run = np.searchsorted(begins, edges[1:], side="left")

        def copy(group: int) -> None:
            row, stop = edges[group : group + 2].tolist()
            with self._laid_out(manifest.VALUES):
                found = tables.floats(self._values.read_group(group), "value")
            self._expect(len(found) == stop - row, manifest.VALUES)
            some = slice(int(from_run[group]), int(to_run[group]))
            firsts = np.maximum(begins[some], row)
            lasts = np.minimum(ends[some], stop)
            targets = places[some] + firsts - begins[some]
            for a, b, target in zip(
                (firsts - row).tolist(), (lasts - row).tolist(), targets.tolist(), strict=True
            ):
                values[target : target + b - a] = found[a:b]

        groups = np.flatnonzero(from_run < to_run).tolist()
        if len(groups) < 2:
            for group in groups:
                copy(group)
        else:
            with ThreadPoolExecutor(_THREADS) as pool:
                list(pool.map(copy, groups))

    def histograms(self, runs: Runs, places: Index) -> tuple[Index, Objects]:
        """Return the native histograms among `runs`, and where they go when the runs go to `places`."""
        rows, found = self._histograms
        if not len(places) or not len(rows):
            return np.empty(0, np.int64), np.empty(0, object)
        run = np.searchsorted(runs.begins, rows, side="right") - 1
        inside = (run >= 0) & (rows < (runs.begins + runs.counts)[run])
        rows, found, run = rows[inside], found[inside], run[inside]
        return places[run] + rows - runs.begins[run], found

    @functools.cached_property
    def _clocks(self) -> tuple[Times, Index]:
        """All times, and where each clock begins and ends among them."""
        with self._laid_out(manifest.CLOCKS):
            table = self._file(manifest.CLOCKS).read()
            clock, times = tables.numbers(table, "clock"), tables.numbers(table, "time")
        rises = (np.diff(clock) == 1) | ((np.diff(clock) == 0) & (np.diff(times) > 0))
        self._expect(bool(rises.all() and (clock[:1] == 0).all()), manifest.CLOCKS)
        return times, np.searchsorted(clock, np.arange(clock[-1] + 2 if len(clock) else 1))

    @functools.cached_property
    def _runs(self) -> tuple[Index, Index, Index]:
        """Series and clock of each run, and where its values begin; the last entry is the end."""
        with self._laid_out(manifest.RUNS):
            table = self._file(manifest.RUNS).read(rows=self._partition.series)
            series, clock = tables.numbers(table, "series"), tables.numbers(table, "clock")
        sizes = np.diff(self._clocks[1])
        fine = bool((np.diff(series) > 0).all() and (series >= 0).all())
        fine = fine and bool(((clock >= 0) & (clock < len(sizes))).all())
        self._expect(fine, manifest.RUNS)
        starts = offsets(sizes[clock])
        self._expect(int(starts[-1]) == self._partition.samples, manifest.RUNS)
        return series, clock, starts

    @functools.cached_property
    def _values(self) -> VerifiedFile:
        file = self._file(manifest.VALUES)
        file.expect_rows(self._partition.samples)
        return file

    @functools.cached_property
    def _histograms(self) -> tuple[Index, Objects]:
        if manifest.HISTOGRAMS not in self._partition.files:
            return np.empty(0, np.int64), np.empty(0, object)
        with self._laid_out(manifest.HISTOGRAMS):
            rows, found = tables.read_histograms(self._file(manifest.HISTOGRAMS).read())
        inside = len(rows) == 0 or 0 <= int(rows.min()) <= int(rows.max()) < self._partition.samples
        self._expect(inside, manifest.HISTOGRAMS)
        return rows, found

    def _file(self, name: str) -> VerifiedFile:
        return VerifiedFile(self._folder / name, self._partition.files.get(name))

    def _laid_out(self, name: str) -> AbstractContextManager[None]:
        return tables.laid_out(self._folder / name)

    def _expect(self, fine: bool, name: str) -> None:
        if not fine:
            raise RecordingError(
                f"`{self._folder / name}` contradicts itself or `{manifest.MANIFEST}`; "
                "it was not written by this program"
            )


def _in_one_piece(begins: Index, counts: Index, places: Index) -> tuple[Index, Index, Index]:
    """Join runs that follow each other both where they are and where they go; returns begins, ends, places."""
    ends = begins + counts
    if not len(begins):
        return begins, ends, places
    new = np.append(True, (begins[1:] != ends[:-1]) | (places[1:] != places[:-1] + counts[:-1]))
    firsts = np.flatnonzero(new)
    return begins[firsts], ends[np.append(firsts[1:], len(ends)) - 1], places[firsts]
