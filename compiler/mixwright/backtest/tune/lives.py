"""The firing lives of many alerts at once: what `replay.states` does, for one setting after another, in arrays."""

from __future__ import annotations

import attrs
import numpy as np

from mixwright.frame import Index, Mask, Times


@attrs.frozen(eq=False)
class Lives:
    """Alerts that fired: number of the series, and evaluations of onset, firing and end.

    An alert that did not end has an end past the last evaluation.
    """

    row: Index
    active: Index
    fired: Index
    end: Index

    def key(self) -> bytes:
        """Return the same for the same lives only."""
        return b"".join(part.tobytes() for part in (self.row, self.active, self.fired, self.end))


@attrs.frozen(eq=False)
class Runs:
    """Stretches of evaluations in which a condition is met without a gap: series, first, and first one after."""

    row: Index
    start: Index
    stop: Index

    @classmethod
    def of(cls, mask: Mask) -> Runs:
        """Find them in a mask of shape (series, evaluations)."""
        padded = np.zeros((mask.shape[0], mask.shape[1] + 2), np.int8)
        padded[:, 1:-1] = mask
        edges = np.diff(padded, axis=1)
        row, start = np.nonzero(edges == 1)
        return cls(row, start, np.nonzero(edges == -1)[1])


def lives(runs: Runs, times: Times, hold: int, keep: int) -> Lives:
    """Return what fires when a condition must hold, and an alert keeps firing, for so long (ms)."""
    row, start, stop = runs.row, runs.start, runs.stop
    fired = np.searchsorted(times, times[start] + hold)
    fires = fired < stop
    if not keep or not len(row):
        return Lives(row[fires], start[fires], fired[fires], stop[fires])
    # A run belongs to the life before it when the gap between them is short enough; a life begins to fire with
    # the first run of such a chain that is long enough, and what comes before it was only pending.
    gap = np.full(len(row), np.iinfo(np.int64).max)
    same = row[1:] == row[:-1]
    last_missed, first_missed = (
        times[np.maximum(start[1:] - 1, 0)],
        times[np.minimum(stop[:-1], len(times) - 1)],
    )
    gap[1:][same] = (last_missed - first_missed)[same]
    heads = np.flatnonzero(gap >= keep)
    number = np.where(fires, np.arange(len(row)), len(row))
    first = np.minimum.reduceat(number, heads)
    last = np.append(heads[1:], len(row)) - 1
    fired_chains = first < len(row)
    first, last = first[fired_chains], last[fired_chains]
    gone = stop[last]
    ends = np.full(len(gone), len(times))
    over = gone < len(times)
    ends[over] = np.searchsorted(times, times[gone[over]] + keep)
    return Lives(row[first], start[first], fired[first], ends)
