"""One evaluation of one plan: each node computed once, each selector read once, results freed after use."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Final

import attrs
import numpy as np

from mixwright.engine.block import Block
from mixwright.engine.logical import (
    Matchers,
    Node,
    Select,
    Selection,
    Window,
    inputs,
    selections,
)
from mixwright.errors import EvaluationError
from mixwright.frame import Samples, Source, Steps, Times
from mixwright.frame.slicing import take
from mixwright.values import Duration


@attrs.frozen
class Options:
    """How an engine is set up, with Prometheus' defaults.

    `late_names` is its feature `promql-delayed-name-removal`.
    """

    lookback: Duration = Duration(300_000)
    subquery_step: Duration = Duration(60_000)
    late_names: bool = False


DEFAULTS: Final = Options()


@attrs.define(eq=False)
class Run:
    """The state of an evaluation: what has been read and computed, and who still needs it."""

    source: Source
    options: Options
    _results: dict[Node, Block | EvaluationError] = attrs.field(factory=dict, init=False)
    _waiting: Counter[Node] = attrs.field(factory=Counter, init=False)
    _spans: dict[Matchers, tuple[int, int]] = attrs.field(factory=dict, init=False)
    _reads: dict[Matchers, Samples] = attrs.field(factory=dict, init=False)
    _unmarked: dict[Selection, Samples] = attrs.field(factory=dict, init=False)
    _filtered: dict[tuple[Matchers, Matchers, bool], Samples] = attrs.field(
        factory=dict, init=False
    )

    def prepare(self, roots: Iterable[Node]) -> None:
        """Count who needs what, and widen the span of every read over all its selectors."""
        seen: set[Node] = set()
        stack = list(roots)
        self._waiting.update(stack)
        while stack:
            node = stack.pop()
            if node in seen:
                continue
            seen.add(node)
            for selector in selections(node):
                self._widen(selector)
            needed = inputs(node)
            self._waiting.update(needed)
            stack.extend(needed)

    def _widen(self, selector: Select | Window) -> None:
        times = data_times(selector.steps, selector.selection)
        lookback = self.options.lookback.ms
        before = lookback
        if isinstance(selector, Window):
            before = selector.width + (lookback if selector.reach else 0)
        after = lookback if selector.reach == "smoothed" else 0
        first, last = int(times[0]) - before, int(times[-1]) + after
        read = selector.selection.read
        known = self._spans.get(read, (first, last))
        self._spans[read] = min(first, known[0]), max(last, known[1])

    def samples(self, selection: Selection) -> Samples:
        """Return the samples of a selector, over the span that all its users need."""
        key = selection.read, selection.matchers, selection.counted
        if key not in self._filtered:
            if selection.read not in self._reads:
                span = self._spans[selection.read]
                self._reads[selection.read] = self.source.select(selection.read, *span)
            samples = self._reads[selection.read]
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
            self._filtered[key] = samples
        return self._filtered[key]

    def unmarked(self, selection: Selection) -> Samples:
        """Return the samples of a selector without staleness markers, as windows see them."""
        key = attrs.evolve(selection, offset=0, at=None)
        if key not in self._unmarked:
            from mixwright.engine.operators.windows import without_stale

            self._unmarked[key] = without_stale(self.samples(selection))
        return self._unmarked[key]

    def block(self, node: Node) -> Block:
        """Return the value of a node, computing it when it is not known yet."""
        if node not in self._results:
            from mixwright.engine.operators import compute

            try:
                self._results[node] = compute(node, self)
            except EvaluationError as error:
                self._results[node] = error
        result = self._results[node]
        self._waiting[node] -= 1
        if self._waiting[node] <= 0:
            del self._results[node]
        if isinstance(result, EvaluationError):
            raise result
        return result


def data_times(steps: Steps, selection: Selection) -> Times:
    """Return from when data is asked at every step, shape (steps,), in ms."""
    times = steps.times
    if selection.at is not None:
        times = np.full_like(times, selection.at)
    return times - selection.offset
