"""What selectors read: each span of time asked of the source once, and let go when its last user is done."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TypeAlias

import attrs
import numpy as np

from mixwright.engine.logical import Matchers, Select, Selection, Window
from mixwright.frame import Samples, Source, Steps, Times
from mixwright.frame.slicing import take

Span: TypeAlias = tuple[int, int]
Selector: TypeAlias = Select | Window
Read: TypeAlias = tuple[Matchers, Span]


@attrs.define(eq=False)
class Reading:
    """The samples of all selectors of a plan; `lookback` in ms.

    Selectors with equal matchers share what they read where their spans overlap.
    """

    source: Source
    lookback: int
    _spans: dict[Matchers, list[Span]] = attrs.field(factory=lambda: defaultdict(list), init=False)
    _users: Counter[Read] = attrs.field(factory=Counter, init=False)
    _reads: dict[Read, Samples] = attrs.field(factory=dict, init=False)
    _filtered: dict[Read, dict[tuple[Matchers, bool], Samples]] = attrs.field(
        factory=lambda: defaultdict(dict), init=False
    )
    _unmarked: dict[Read, dict[tuple[Matchers, bool], Samples]] = attrs.field(
        factory=lambda: defaultdict(dict), init=False
    )

    def announce(self, selectors: list[Selector]) -> None:
        """Learn who will read, before anybody does."""
        for selector in selectors:
            spans = self._spans[selector.selection.read]
            spans.append(self.span_of(selector))
            self._spans[selector.selection.read] = _united(spans)
        for selector in selectors:
            self._users[self.read_of(selector)] += 1

    def read_of(self, selector: Selector) -> Read:
        """Return the matchers and the span (ms) that are asked of the source for a selector."""
        first, last = self.span_of(selector)
        matchers = selector.selection.read
        wide = next((s for s in self._spans[matchers] if s[0] <= first and last <= s[1]), None)
        return matchers, wide or (first, last)

    def reads(self) -> dict[Read, int]:
        """Return everything that will be asked of the source, with the number of its users."""
        return dict(self._users)

    def release(self, selector: Selector) -> None:
        """Forget what was read when nobody else needs it."""
        read = self.read_of(selector)
        self._users[read] -= 1
        if self._users[read] <= 0:
            for known in (self._reads, self._filtered, self._unmarked):
                known.pop(read, None)

    def samples(self, selector: Selector) -> Samples:
        """Return the samples of a selector, over the span that its users need."""
        read, selection = self.read_of(selector), selector.selection
        known = self._filtered[read]
        key = selection.matchers, selection.counted
        if key not in known:
            known[key] = self._select(read, selection)
        return known[key]

    def unmarked(self, selector: Selector) -> Samples:
        """Return the samples of a selector without staleness markers, as windows see them."""
        known = self._unmarked[self.read_of(selector)]
        key = selector.selection.matchers, selector.selection.counted
        if key not in known:
            from mixwright.engine.operators.windows import without_stale

            known[key] = without_stale(self.samples(selector))
        return known[key]

    def _select(self, read: Read, selection: Selection) -> Samples:
        if read not in self._reads:
            self._reads[read] = self.source.select(read[0], *read[1])
        samples = self._reads[read]
        extra = [m for m in selection.matchers if m not in selection.read]
        if extra:
            rows = [
                number
                for number, labels in enumerate(samples.labels)
                if all(m.matches(labels.get(m.name, "")) for m in extra)
            ]
            samples = take(samples, np.array(rows, np.int64))
        if selection.counted and samples.histograms is not None:
            from mixwright.engine.histogram.reading import with_found_resets

            samples = with_found_resets(samples)
        return samples

    def span_of(self, selector: Selector) -> Span:
        """Return the first and the last time (ms) whose samples a selector may see."""
        return looked_at(selector, self.lookback)


def _united(spans: list[Span]) -> list[Span]:
    """Return the spans with those that overlap joined, in order of time."""
    united: list[Span] = []
    for first, last in sorted(spans):
        if united and first <= united[-1][1]:
            united[-1] = united[-1][0], max(last, united[-1][1])
        else:
            united.append((first, last))
    return united


def looked_at(selector: Selector, lookback: int) -> Span:
    """Return the first and the last time (ms) whose samples a selector may see, given the look-back."""
    times = data_times(selector.steps, selector.selection)
    before = lookback
    if isinstance(selector, Window):
        before = selector.width + (lookback if selector.reach else 0)
    after = lookback if selector.reach == "smoothed" else 0
    return int(times[0]) - before, int(times[-1]) + after


def data_times(steps: Steps, selection: Selection) -> Times:
    """Return from when data is asked at every step, shape (steps,), in ms."""
    times = steps.times
    if selection.at is not None:
        times = np.full_like(times, selection.at)
    return times - selection.offset
