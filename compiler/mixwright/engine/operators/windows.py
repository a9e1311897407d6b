"""Range vectors: samples without staleness markers, and the borders of every step's window in them."""

from __future__ import annotations

import attrs
import numpy as np

from mixwright.engine.block import Block, any_step
from mixwright.engine.logical import Subquery, Window
from mixwright.engine.reading import data_times
from mixwright.engine.run import Run
from mixwright.frame import STALE_NAN_BITS, Index, Mask, Samples, Steps, Times
from mixwright.frame.slicing import between
from mixwright.values import Labels


@attrs.frozen(eq=False)
class Windows:
    """Samples and, for each clock and step, the numbers `lo ≤ i < hi` of those in the window.

    `ends` are the windows' data times (ms), `width` their length (ms), `nameless` marks rows
    that have lost their name already.
    """

    samples: Samples
    lo: Index
    hi: Index
    ends: Times
    width: int
    nameless: Mask | None = None
    annotations: tuple[str, ...] = ()

    @property
    def middle(self) -> Index:
        """For each clock and step, the first sample behind the window's border."""
        from mixwright.engine.kernels import lookup

        found = np.empty_like(self.lo)
        clocks = self.samples.times, self.samples.clock_starts
        lookup.borders(*clocks, self.ends, self.width, self.lo, self.hi, found)
        return found


def windows(node: Window | Subquery, run: Run, *, before: int = 0, after: int = 0) -> Windows:
    """Return the windows of a range vector, widened by `before` and `after` ms on its sides."""
    nameless: Mask | None = None
    annotations: tuple[str, ...] = ()
    match node:
        case Window(steps, selection, width):
            samples = run.reading.unmarked(node)
            ends = data_times(steps, selection)
        case Subquery(steps, inner, offset, at, width):
            block = run.block(inner)
            if block.slack is not None:
                from mixwright.engine.operators.settling import plainly

                # What a function of a window makes of slack is not known: there is none.
                block = attrs.evolve(block, values=plainly(inner, block, run))
            samples, nameless, annotations = (
                as_samples(block, inner.steps),
                block.nameless,
                block.annotations,
            )
            times = steps.times if at is None else np.full(len(steps), at, np.int64)
            ends = times - offset
    lo, hi = window_bounds(samples, ends + after, width + before + after)
    return Windows(samples, lo, hi, ends, width, nameless, annotations)


def window_bounds(samples: Samples, ends: Times, width: int) -> tuple[Index, Index]:
    """Return `lo` and `hi`, shape (clocks, steps), of the windows `(end - width, end]`."""
    from mixwright.engine.kernels import lookup

    shape = len(samples.clock_starts) - 1, ends.size
    lo, hi = np.empty(shape, np.int64), np.empty(shape, np.int64)
    lookup.windows(samples.times, samples.clock_starts, ends, width, lo, hi)
    return lo, hi


def cut(node: Window | Subquery, run: Run) -> Samples:
    """Return the samples of a range vector at its only step, `(t - range, t]`."""
    if isinstance(node, Window) and node.reach:
        from mixwright.engine.operators.extended import cut_extended

        return cut_extended(node, run)
    range_ = windows(node, run)
    end = int(range_.ends[0])
    return between(range_.samples, end - range_.width + 1, end)


def without_stale(samples: Samples) -> Samples:
    """Return the samples without staleness markers; series that lose some get clocks of their own."""
    from mixwright.engine.kernels import lookup

    stale = np.uint64(STALE_NAN_BITS)
    bits = samples.values.view(np.uint64)
    counts = np.zeros(len(samples), np.int64)
    lookup.count_stale(bits, samples.starts, stale, counts)
    markers = None
    if samples.histograms is not None:
        markers = np.array([h is not None and h.is_stale for h in samples.histograms], bool)
        counts += np.add.reduceat(np.append(markers, False), samples.starts[:-1]) * (
            np.diff(samples.starts) > 0
        )
    if not counts.any():
        return samples
    good: Mask = np.asarray(bits != stale)
    if markers is not None:
        good = good & ~markers
    clocks: dict[tuple[int, bytes], int] = {}
    times: list[Times] = []
    clock = np.empty(len(samples), np.int64)
    for row, old in enumerate(samples.clock):
        here = good[samples.starts[row] : samples.starts[row + 1]] if counts[row] else None
        key = int(old), b"" if here is None else here.tobytes()
        number = clocks.setdefault(key, len(clocks))
        if number == len(times):
            all_times = samples.times[samples.clock_starts[old] : samples.clock_starts[old + 1]]
            times.append(all_times if here is None else all_times[here])
        clock[row] = number
    lengths = np.array([len(part) for part in times], np.int64)
    return Samples(
        samples.labels,
        np.concatenate(times),
        np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)]),
        clock,
        samples.values[good],
        np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths[clock])]),
        None if samples.histograms is None else samples.histograms[good],
    )


def as_samples(block: Block, steps: Steps) -> Samples:
    """Return a block's rows as series with samples at its steps; rows with gaps get own clocks."""
    times = steps.times
    full = ~any_step(~block.present)
    clocks: dict[bytes, int] = {}
    parts: list[Times] = []
    clock = np.empty(len(block), np.int64)
    for row, here in enumerate(block.present):
        key = b"" if full[row] else here.tobytes()
        number = clocks.setdefault(key, len(clocks))
        if number == len(parts):
            parts.append(times if full[row] else times[here])
        clock[row] = number
    lengths = np.array([len(part) for part in parts], np.int64)
    histograms = block.histograms
    if histograms is not None:
        histograms = np.array(
            [None if h is None else h.of_unknown_origin() for h in histograms[block.present]],
            object,
        )
    labels: tuple[Labels, ...] = block.labels
    return Samples(
        labels,
        np.concatenate(parts) if parts else times[:0],
        np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths)]),
        clock,
        block.values[block.present],
        np.concatenate([np.zeros(1, np.int64), np.cumsum(lengths[clock])]),
        histograms,
    )
