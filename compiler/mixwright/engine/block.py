"""The value of one plan node: labelled rows × steps, with presence and the annotations it gathered."""

from __future__ import annotations

from collections.abc import Iterable

import attrs
import numpy as np

from mixwright.engine.labels import Relabel, without_metadata
from mixwright.errors import EvaluationError
from mixwright.frame import Index, Mask, Objects, Values, is_histogram
from mixwright.values import Labels

SAME_LABELSET = "vector cannot contain metrics with the same labelset"
NO_LABELS = Labels()


@attrs.frozen(eq=False)
class Block:
    """Rows with labels; `values`, `present` and `histograms` have shape (rows, steps).

    A value that is not present is undefined. `nameless` marks rows whose metric name is to be
    dropped at the very end of the query (only used when names are removed late). `slack`, of the shape of
    `values`, is how far each may be from what the plain kernels yield; `None` for not at all.
    """

    labels: tuple[Labels, ...]
    values: Values
    present: Mask
    histograms: Objects | None = None
    nameless: Mask | None = None
    annotations: tuple[str, ...] = ()
    slack: Values | None = None

    @classmethod
    def empty(cls, steps: int, annotations: tuple[str, ...] = ()) -> Block:
        """Return a block without rows."""
        return cls((), np.empty((0, steps)), np.empty((0, steps), bool), annotations=annotations)

    @classmethod
    def scalar(cls, values: Values, annotations: tuple[str, ...] = ()) -> Block:
        """Return one row without labels that is present at every step."""
        return cls(
            (NO_LABELS,),
            values.reshape(1, -1),
            np.ones((1, values.size), bool),
            annotations=annotations,
        )

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def steps(self) -> int:
        """The number of steps."""
        return int(self.values.shape[1])

    @property
    def floats(self) -> Mask:
        """Where a float is present."""
        if self.histograms is None:
            return self.present
        return self.present & ~is_histogram(self.histograms)

    @property
    def ever(self) -> Mask:
        """Which rows are present at some step."""
        return any_step(self.present)

    @property
    def somewhere(self) -> Mask:
        """At which steps some row is present."""
        return any_row(self.present)

    @property
    def late(self) -> Mask:
        """Which rows lose their name at the end."""
        return np.zeros(len(self), bool) if self.nameless is None else self.nameless

    def take(self, rows: Index) -> Block:
        """Return the rows numbered `rows`, in that order."""
        return attrs.evolve(
            self,
            labels=tuple(self.labels[row] for row in rows),
            values=self.values[rows],
            present=self.present[rows],
            histograms=None if self.histograms is None else self.histograms[rows],
            nameless=None if self.nameless is None else self.nameless[rows],
            slack=None if self.slack is None else self.slack[rows],
        )

    def compact(self) -> Block:
        """Return the block without rows that are never present, as Prometheus never shows them."""
        alive = self.ever
        return self if alive.all() else self.take(np.flatnonzero(alive))

    def relabelled(self, relabel: Relabel) -> Block:
        """Return the block with other labels on its rows; equal ones may now occur twice."""
        return attrs.evolve(self, labels=tuple(map(relabel, self.labels)))

    def without_names(self, late: bool) -> Block:
        """Drop metric names now, or mark the rows so that they are dropped at the end."""
        if late:
            return attrs.evolve(self, nameless=np.ones(len(self), bool))
        return self.relabelled(without_metadata)

    def merged(self) -> Block:
        """Return the block with rows of equal labels joined.

        Raises `EvaluationError` when two of them are present at the same step.
        """
        first: dict[Labels, int] = {}
        owner = np.array([first.setdefault(labels, len(first)) for labels in self.labels], np.int64)
        if len(first) == len(self.labels):
            return self
        _, rows = np.unique(owner, return_index=True)
        joined = self.take(rows)
        values, present = joined.values.copy(), joined.present.copy()
        histograms = None if joined.histograms is None else joined.histograms.copy()
        slack = None if joined.slack is None else joined.slack.copy()
        for row in sorted(set(range(len(self))) - set(rows.tolist())):
            target, here = owner[row], self.present[row]
            if (present[target] & here).any():
                raise EvaluationError(SAME_LABELSET)
            values[target, here] = self.values[row, here]
            present[target] |= here
            if histograms is not None and self.histograms is not None:
                histograms[target, here] = self.histograms[row, here]
            if slack is not None and self.slack is not None:
                slack[target, here] = self.slack[row, here]
        return attrs.evolve(
            joined, values=values, present=present, histograms=histograms, slack=slack
        )

    def annotated(self, texts: Iterable[str]) -> Block:
        """Return the block with more annotations, each once."""
        together = tuple(dict.fromkeys((*self.annotations, *texts)))
        return self if together == self.annotations else attrs.evolve(self, annotations=together)


def any_step(mask: Mask) -> Mask:
    """Tell for each row whether the mask holds at any step."""
    rows: Mask = np.logical_or.reduce(mask, axis=1)
    return rows


def any_row(mask: Mask) -> Mask:
    """Tell for each step whether the mask holds in any row."""
    steps: Mask = np.logical_or.reduce(mask, axis=0)
    return steps


def stacked(blocks: Iterable[Block]) -> Block:
    """Return the rows of several blocks under one another."""
    parts = tuple(blocks)
    histograms: Objects | None = None
    if any(part.histograms is not None for part in parts):
        histograms = np.concatenate(
            [
                np.full(part.values.shape, None, dtype=object)
                if part.histograms is None
                else part.histograms
                for part in parts
            ]
        )
    nameless: Mask | None = None
    if any(part.nameless is not None for part in parts):
        nameless = np.concatenate([part.late for part in parts])
    slack: Values | None = None
    if any(part.slack is not None for part in parts):
        slack = np.concatenate(
            [np.zeros(p.values.shape) if p.slack is None else p.slack for p in parts]
        )
    return Block(
        tuple(labels for part in parts for labels in part.labels),
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.present for part in parts]),
        histograms,
        nameless,
        tuple(dict.fromkeys(text for part in parts for text in part.annotations)),
        slack,
    )
