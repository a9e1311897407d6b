"""Columnar time series: what a recording holds (`Samples`) and what an evaluation yields (`Matrix`).

Times are int64 milliseconds since the epoch, values are float64. A NaN is a value like any
other; that there is no value is said by a presence mask, never by NaN. A staleness marker is
the one NaN with Prometheus' bit pattern `STALE_NAN_BITS`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, Protocol, TypeAlias

import attrs
import numpy as np
from numpy.typing import NDArray

from mixwright.values import Labels, Matcher

Times: TypeAlias = NDArray[np.int64]
Values: TypeAlias = NDArray[np.float64]
Mask: TypeAlias = NDArray[np.bool_]
Index: TypeAlias = NDArray[np.int64]
Objects: TypeAlias = NDArray[Any]
"""An array of native histograms (`object` dtype), `None` where a sample is a float."""

STALE_NAN_BITS: Final = 0x7FF0000000000002
"""Bit pattern of a staleness marker (prometheus, `model/value/value.go`)."""
STALE_NAN: Final = float(np.array([STALE_NAN_BITS], dtype=np.uint64).view(np.float64)[0])


def is_histogram(objects: Objects) -> Mask:
    """Tell which places hold a native histogram; same shape as `objects`."""
    held: Mask = np.not_equal(objects, None)  # type: ignore[call-overload]
    return held


def is_stale(values: Values) -> Mask:
    """Tell which values are staleness markers; same shape as `values`."""
    stale: Mask = values.view(np.uint64) == np.uint64(STALE_NAN_BITS)
    return stale


@attrs.frozen
class Steps:
    """The evaluation times `start, start + step, … ≤ end`, in milliseconds; one instant when `start == end`."""

    start: int
    end: int
    step: int

    @classmethod
    def instant(cls, time: int) -> Steps:
        """Return a single evaluation time."""
        return cls(time, time, 1)

    @property
    def times(self) -> Times:
        """All evaluation times, shape (steps,)."""
        return np.arange(self.start, self.end + 1, self.step, dtype=np.int64)

    def __len__(self) -> int:
        return (self.end - self.start) // self.step + 1


@attrs.frozen(eq=False)
class Samples:
    """Raw samples of many series, ragged and columnar.

    Series that were scraped together share one timestamp array, their *clock*. The samples of
    series `s` are `values[starts[s]:starts[s + 1]]` at
    `times[clock_starts[c]:clock_starts[c + 1]]` with `c = clock[s]`; both slices have equal length.
    Times of one clock rise strictly. `histograms`, when any sample is a native histogram, is
    parallel to `values` and holds it (the float there is NaN and means nothing).
    """

    labels: tuple[Labels, ...]
    times: Times
    clock_starts: Index
    clock: Index
    values: Values
    starts: Index
    histograms: Objects | None = None

    @classmethod
    def of(
        cls,
        series: Iterable[
            tuple[Labels, Times, Values] | tuple[Labels, Times, Values, Objects | None]
        ],
    ) -> Samples:
        """Build from one (labels, times, values[, histograms]) per series; equal clocks are shared."""
        labels: list[Labels] = []
        clocks: dict[bytes, int] = {}
        clock_arrays: list[Times] = []
        clock: list[int] = []
        values: list[Values] = []
        objects: list[Objects | None] = []
        for label, times, value, *rest in series:
            times = np.ascontiguousarray(times, dtype=np.int64)
            number = clocks.setdefault(times.tobytes(), len(clocks))
            if number == len(clock_arrays):
                clock_arrays.append(times)
            labels.append(label)
            clock.append(number)
            values.append(np.asarray(value, dtype=np.float64))
            objects.append(rest[0] if rest else None)
        histograms: Objects | None = None
        if any(part is not None for part in objects):
            histograms = np.concatenate(
                [
                    np.full(len(value), None, dtype=object) if part is None else part
                    for part, value in zip(objects, values, strict=True)
                ]
            )
        return cls(
            labels=tuple(labels),
            times=np.concatenate(clock_arrays) if clock_arrays else np.empty(0, np.int64),
            clock_starts=_offsets(clock_arrays),
            clock=np.array(clock, dtype=np.int64),
            values=np.concatenate(values) if values else np.empty(0, np.float64),
            starts=_offsets(values),
            histograms=histograms,
        )

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def sample_count(self) -> int:
        """How many samples all series have together."""
        return len(self.values)

    def series(self, number: int) -> tuple[Times, Values]:
        """Return times and values of one series."""
        clock = self.clock[number]
        return (
            self.times[self.clock_starts[clock] : self.clock_starts[clock + 1]],
            self.values[self.starts[number] : self.starts[number + 1]],
        )

    def __iter__(self) -> Iterator[tuple[Labels, Times, Values]]:
        for number, labels in enumerate(self.labels):
            yield (labels, *self.series(number))

    def span(self) -> tuple[int, int] | None:
        """Return first and last sample time, or `None` without samples."""
        return (int(self.times.min()), int(self.times.max())) if len(self.times) else None


def _offsets(parts: Sequence[NDArray[Any]]) -> Index:
    return np.concatenate(
        [np.zeros(1, np.int64), np.cumsum(np.array([len(part) for part in parts], np.int64))]
    )


@attrs.frozen(eq=False)
class Matrix:
    """The value of an expression at every step: series × steps, with a presence mask.

    `values` and `present` have shape (series, steps). `histograms`, when there are any, is an
    object array of that shape with `None` where the value is a float. A scalar is one series
    with empty labels. `annotations` are the warnings and infos that Prometheus would return.
    """

    labels: tuple[Labels, ...]
    steps: Steps
    values: Values
    present: Mask
    histograms: Objects | None = None
    annotations: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.labels)


class Source(Protocol):
    """Anything that answers selectors with raw samples: a recording, a server, a test script."""

    def select(self, matchers: Sequence[Matcher], start: int, end: int) -> Samples:
        """Return the series that satisfy all `matchers`, with samples in [start, end] (ms)."""
        ...

    def span(self) -> tuple[int, int] | None:
        """Return first and last sample time in ms, or `None` when there is nothing."""
        ...
