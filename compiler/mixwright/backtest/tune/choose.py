"""Which setting to take: the front of what is possible, the best within a budget, how firm it stands.

And how the choice would have done on time that it had not seen.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np

from mixwright.backtest.score import WEEK
from mixwright.backtest.tune.parameters import Axis, Value
from mixwright.backtest.tune.sweep import Point, Sweep
from mixwright.frame import Index, Mask, Values
from mixwright.values import Duration

FOLDS = 5
FIRM = 0.1
"""A setting that can move by this share of its axis in both directions is firm enough."""


def front(sweep: Sweep) -> tuple[Point, ...]:
    """Return the settings that no other beats, by rising recall: fewest false pages for each number of incidents.

    Of several that are equal in both, the one that `best` would take.
    """
    grid = _Grid.of(sweep)
    found: list[Point] = []
    fewest = None
    for detected in range(int(grid.detected.max(initial=0)), -1, -1):
        own = grid.detected == detected
        if not own.any():
            continue
        least = int(grid.false[own].min())
        if fewest is None or least < fewest:
            fewest = least
            found.append(sweep.points[grid.firmest(own & (grid.false == least))])
    return tuple(reversed(found))


def best(sweep: Sweep, budget: float | None) -> Point | None:
    """Return the setting to take: the most incidents for at most `budget` false pages a week.

    Among equals the fewest false pages, then one that stands firm, then the shortest delays. Without a budget
    the highest F1. `None` when no setting keeps to the budget, or there is nothing to detect.
    """
    if not sweep.incidents:
        return None
    grid = _Grid.of(sweep)
    if budget is None:
        number = grid.firmest(_most(grid.f1))
        return sweep.points[number] if grid.f1[number] > 0 else None
    allowed = grid.false <= budget * sweep.exposure / WEEK + 1e-9
    if not allowed.any():
        return None
    allowed &= grid.detected == grid.detected[allowed].max()
    allowed &= grid.false == grid.false[allowed].min()
    return sweep.points[grid.firmest(allowed)]


def plateau(sweep: Sweep, point: Point) -> tuple[tuple[Value, Value], ...]:
    """Return how far each parameter can move alone without loss: no incident less, no false page more."""
    rooms = _Grid.of(sweep).room(point.detected, len(point.false))
    place = tuple(
        axis.values.index(value) for axis, value in zip(sweep.axes, point.values, strict=True)
    )
    return tuple(
        (axis.values[low[place]], axis.values[high[place]])
        for axis, (low, high) in zip(sweep.axes, rooms, strict=True)
    )


@attrs.frozen(kw_only=True)
class Fold:
    """A stretch of time (ms) and what the setting that was best elsewhere did in it."""

    start: int
    end: int
    chosen: Point
    incidents: int
    detected: int
    false: int


@attrs.frozen(kw_only=True)
class Validation:
    """The folds, and what was detected and falsely told in all of them together."""

    folds: tuple[Fold, ...]
    recall: float
    false_per_week: float


def validate(sweep: Sweep, budget: float | None) -> Validation | None:
    """Choose on all stretches of time but one, see what happens in that one, and so for each.

    `None` when incidents lie in fewer than two stretches: then there is nothing to learn from, or to test on.
    """
    edges = np.linspace(sweep.start, sweep.end, FOLDS + 1)
    begins = np.array([incident.start for incident in sweep.incidents])
    block = np.clip(np.searchsorted(edges, begins, "right") - 1, 0, FOLDS - 1)
    if len(set(block.tolist())) < 2:
        return None
    told = np.array([[d is not None for d in p.delays] for p in sweep.points], bool)
    false = np.array([np.histogram(p.false, edges)[0] for p in sweep.points])
    grid = _Grid.of(sweep)
    folds = []
    for number in range(FOLDS):
        seen = block != number
        if not seen.any():
            continue
        training = attrs.evolve(
            grid,
            detected=told[:, seen].sum(axis=1),
            false=np.delete(false, number, axis=1).sum(axis=1),
            incidents=int(seen.sum()),
        )
        chosen = training.chosen(budget, sweep.exposure * (FOLDS - 1) / FOLDS)
        folds.append(
            Fold(
                start=round(edges[number]),
                end=round(edges[number + 1]),
                chosen=sweep.points[chosen],
                incidents=int((~seen).sum()),
                detected=int(told[chosen, ~seen].sum()),
                false=int(false[chosen, number]),
            )
        )
    incidents = sum(fold.incidents for fold in folds)
    weeks = sweep.exposure / WEEK * len(folds) / FOLDS
    return Validation(
        folds=tuple(folds),
        recall=sum(fold.detected for fold in folds) / max(incidents, 1),
        false_per_week=sum(fold.false for fold in folds) / weeks,
    )


@attrs.frozen(kw_only=True, eq=False)
class Tuned:
    """A sweep and what follows from it; `chosen` is what to take within a `budget` of false pages a week.

    `room` is how far each parameter of what was chosen can move alone, `notes` say what of the recording was lost.
    """

    sweep: Sweep
    budget: float | None
    front: tuple[Point, ...]
    chosen: Point | None
    room: tuple[tuple[Value, Value], ...]
    validation: Validation | None
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, sweep: Sweep, budget: float | None, notes: tuple[str, ...] = ()) -> Tuned:
        """Draw the conclusions from a sweep."""
        chosen = best(sweep, budget)
        return cls(
            sweep=sweep,
            budget=budget,
            front=front(sweep),
            chosen=chosen,
            room=() if chosen is None else plateau(sweep, chosen),
            validation=validate(sweep, budget),
            notes=notes,
        )


@attrs.frozen(eq=False)
class _Grid:
    """The points as arrays, in the order of the sweep, which is that of the axes."""

    shape: tuple[int, ...]
    detected: Index
    false: Index
    true: Index
    delay: Values
    incidents: int
    now: tuple[int, ...]

    @classmethod
    def of(cls, sweep: Sweep) -> _Grid:
        points = sweep.points
        return cls(
            shape=tuple(len(axis.values) for axis in sweep.axes),
            detected=np.array([point.detected for point in points], np.int64),
            false=np.array([len(point.false) for point in points], np.int64),
            true=np.array([point.true for point in points], np.int64),
            delay=np.array([_delay(point.delays) for point in points]),
            incidents=len(sweep.incidents),
            now=tuple(map(_nearest, sweep.axes)),
        )

    @property
    def f1(self) -> Values:
        told = self.true + self.false
        precision = np.divide(self.true, told, out=np.zeros(len(told)), where=told > 0)
        recall = self.detected / max(self.incidents, 1)
        both = precision + recall
        f1: Values = np.divide(
            2 * precision * recall, both, out=np.zeros(len(both)), where=both > 0
        )
        return f1

    def chosen(self, budget: float | None, exposure: float) -> int:
        """Return the number of the best setting; the quietest when none keeps to the budget."""
        if budget is None:
            return self.firmest(_most(self.f1))
        allowed = self.false <= budget * exposure / WEEK + 1e-9
        if not allowed.any():
            allowed = self.false == self.false.min()
        allowed &= self.detected == self.detected[allowed].max()
        return self.firmest(allowed & (self.false == self.false[allowed].min()))

    def firmest(self, among: Mask) -> int:
        """Return the setting that stands firm, or firmest.

        Of several such the one with the shortest delays, and of these the one nearest to what is in use.
        """
        numbers = np.flatnonzero(among)
        firmness = np.zeros(len(numbers))
        equals = np.column_stack([self.detected[numbers], self.false[numbers]])
        for detected, false in np.unique(equals, axis=0):
            own = (equals == (detected, false)).all(axis=1)
            firmness[own] = self._firmness(int(detected), int(false))[numbers[own]]
        moved = np.abs(np.column_stack(np.unravel_index(numbers, self.shape)) - self.now).sum(
            axis=1
        )
        order = np.lexsort((numbers, moved, self.delay[numbers], -firmness.round(9)))
        return int(numbers[order[0]])

    def _firmness(self, detected: int, false: int) -> Values:
        """Return by what share of its axes each setting of such a worth can move, at most `FIRM` of each."""
        found = np.zeros(self.shape)
        for axis, (low, high) in enumerate(self.room(detected, false)):
            size = self.shape[axis]
            if size > 1:
                at = _along(np.arange(size), axis, len(self.shape))
                found += np.minimum(np.minimum(at - low, high - at) / size, FIRM)
        return found.ravel()

    def room(self, detected: int, false: int) -> list[tuple[Index, Index]]:
        """Return, for each axis, between which of its values every setting may move.

        It may as long as no fewer incidents are detected and no more pages are false than given.
        """
        fine = ((self.detected >= detected) & (self.false <= false)).reshape(self.shape)
        found = []
        for axis, size in enumerate(self.shape):
            at = _along(np.arange(size), axis, len(self.shape))
            bad = np.where(fine, -1, at)
            low = np.maximum.accumulate(bad, axis=axis) + 1
            bad = np.flip(np.where(fine, size, at), axis)
            high = np.flip(np.minimum.accumulate(bad, axis=axis), axis) - 1
            found.append((low, high))
        return found


def _nearest(axis: Axis) -> int:
    """Return which of an axis' values comes nearest to the one that is in use."""
    values, now = (
        np.array([_plain(v) for v in given]) for given in (axis.values, [axis.tunable.now])
    )
    return int(np.abs(values - now).argmin())


def _plain(value: Value) -> float:
    return float(value.ms) if isinstance(value, Duration) else value


def _along(values: Index, axis: int, axes: int) -> Index:
    shape = [1] * axes
    shape[axis] = len(values)
    return values.reshape(shape)


def _most(values: Values) -> Mask:
    most: Mask = values >= values.max() - 1e-12
    return most


def _delay(delays: Sequence[int | None]) -> float:
    return float(sum(delay for delay in delays if delay is not None))
