"""Series put together from pieces that come in any order: pages of time, parts of an answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from mixwright.frame import Objects, Samples, Times, Values
from mixwright.values import Labels

Piece = tuple[Times, Values, Objects | None]


class SeriesPieces:
    """Gathers pieces of series; of samples with equal times the one that was added last counts."""

    def __init__(self) -> None:
        self._pieces: dict[Labels, list[Piece]] = {}
        self.sample_count = 0

    def add(
        self,
        labels: Labels,
        times: Times | Sequence[int],
        values: Values | Sequence[float],
        histograms: Objects | None = None,
    ) -> None:
        """Take a piece of a series: times in ms, floats, and native histograms if there are any."""
        piece = np.asarray(times, np.int64), np.asarray(values, np.float64), histograms
        self._pieces.setdefault(labels, []).append(piece)
        self.sample_count += len(times)

    def add_all(self, samples: Samples) -> None:
        """Take a piece of every series of `samples`."""
        for number, (labels, times, values) in enumerate(samples):
            found = None
            if samples.histograms is not None:
                found = samples.histograms[slice(*samples.starts[number : number + 2].tolist())]
            self.add(labels, times, values, found)

    def samples(self) -> Samples:
        """Return all series that have samples, sorted, each in the order of time."""
        whole = ((labels, *_joined(self._pieces[labels])) for labels in sorted(self._pieces))
        return Samples.of(series for series in whole if len(series[1]))


def _joined(pieces: Sequence[Piece]) -> Piece:
    times = np.concatenate([times for times, _, _ in pieces])
    values = np.concatenate([values for _, values, _ in pieces])
    histograms: Objects | None = None
    if any(found is not None for _, _, found in pieces):
        histograms = np.concatenate(
            [np.full(len(t), None, object) if found is None else found for t, _, found in pieces]
        )
    if (times[1:] > times[:-1]).all():
        return times, values, histograms
    order = np.argsort(times, kind="stable")
    times = times[order]
    kept = np.append(times[1:] != times[:-1], True)
    order = order[kept]
    return times[kept], values[order], None if histograms is None else histograms[order]
