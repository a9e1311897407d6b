"""A recording that is in memory as a whole, as text formats are after they were read."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping, Sequence

import numpy as np

from mixwright.errors import RecordingError
from mixwright.frame import MemorySource, Samples
from mixwright.frame.slicing import cut_samples, take
from mixwright.recordings.intervals import scrape_intervals
from mixwright.recordings.recording import Metadata, Recording, RecordingInfo
from mixwright.values import Labels, Matcher


class MemoryRecording(Recording):
    """`Samples` behind the interface of a recording."""

    def __init__(
        self,
        samples: Samples,
        *,
        form: str,
        provenance: str,
        metadata: Mapping[str, Metadata] | None = None,
        notes: tuple[str, ...] = (),
    ) -> None:
        self._samples = in_order(samples)
        self._source = MemorySource(self._samples)
        self._form = form
        self._provenance = provenance
        self._metadata = dict(metadata or {})
        self._notes = notes

    def select(self, matchers: Sequence[Matcher], start: int, end: int) -> Samples:
        """Return the series that satisfy all `matchers` and have samples in [start, end] (ms), sorted."""
        return cut_samples(self._samples, self._source.index.match(matchers), start, end)

    def series(self) -> tuple[Labels, ...]:
        """Return the labels of every series, sorted."""
        return self._samples.labels

    def span(self) -> tuple[int, int] | None:
        """Return first and last sample time in ms, or `None` without samples."""
        return self._samples.span()

    @functools.cached_property
    def info(self) -> RecordingInfo:
        """What the recording holds."""
        start, end = self.span() or (None, None)
        return RecordingInfo(
            format=self._form,
            series=len(self._samples),
            samples=self._samples.sample_count,
            start=start,
            end=end,
            scrape_intervals=scrape_intervals(self._samples),
            provenance=self._provenance,
            metadata=self._metadata,
            notes=self._notes,
        )


def in_order(samples: Samples) -> Samples:
    """Return `samples` with series sorted by labels; a `RecordingError` when two have the same."""
    labels = samples.labels
    if all(a < b for a, b in itertools.pairwise(labels)):
        return samples
    order = sorted(range(len(labels)), key=labels.__getitem__)
    for a, b in itertools.pairwise(order):
        if labels[a] == labels[b]:
            raise RecordingError(f"`{labels[a]}` is there twice; a series has one set of labels")
    return take(samples, np.array(order, np.int64))
