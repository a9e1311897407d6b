"""A source whose samples are in memory."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import attrs

from mixwright.frame.columns import Samples
from mixwright.frame.labelindex import LabelIndex
from mixwright.frame.slicing import cut_samples, take
from mixwright.values import Matcher


@attrs.frozen(eq=False, slots=False)
class MemorySource:
    """Samples in memory, answering selectors through an index of label values."""

    samples: Samples

    def select(self, matchers: Sequence[Matcher], start: int, end: int) -> Samples:
        """Return the series that satisfy all matchers, with at least their samples in [start, end] (ms).

        Samples outside are cut off only where they are the greater part: copying costs more than
        the evaluation that looks past them.
        """
        numbers = self.index.match(matchers)
        first, last = self._span or (start, end)
        if 2 * (min(end, last) - max(start, first)) > last - first:
            return take(self.samples, numbers)
        return cut_samples(self.samples, numbers, start, end)

    def span(self) -> tuple[int, int] | None:
        """Return first and last sample time in ms, or `None` when there is nothing."""
        return self._span

    @cached_property
    def index(self) -> LabelIndex:
        """The labels of all series."""
        return LabelIndex.of(self.samples.labels)

    @cached_property
    def _span(self) -> tuple[int, int] | None:
        return self.samples.span()
