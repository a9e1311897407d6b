"""How much memory an evaluation takes, and so how much time one shard of it may span."""

from __future__ import annotations

import ctypes
import gc
import resource
import sys
from pathlib import Path
from typing import Final

import attrs

from mixwright.engine.evaluate import Evaluation
from mixwright.engine.logical import Node, inputs, selections
from mixwright.engine.reading import Read, Selector, Span
from mixwright.engine.run import Run
from mixwright.errors import EvaluationError
from mixwright.frame import Source, Steps

_SAMPLE: Final = 2.5 * 8
"""Bytes for a sample: decoded, and once more while it is put together, filtered, or freed of markers."""
_VALUE: Final = 4 * 9
"""Bytes for a value and its presence: what goes into an operator, what comes out, and between."""
_LEAST: Final = 1 / 8
"""A share of the budget that is taken to be free even where the process has outgrown it already."""
_GROWTH: Final = 4.0
_UNIT: Final = 1 << 20
_MMAP_THRESHOLD: Final = -3
"""`M_MMAP_THRESHOLD` of glibc's `malloc.h`."""


@attrs.frozen
class Need:
    """Bytes that an evaluation takes: for what it looks back at, and for each ms that it spans."""

    fixed: float
    per_ms: float

    @classmethod
    def of(cls, evaluation: Evaluation) -> Need:
        """Estimate from how many samples the selectors find for a moment in the middle of the query.

        Raises `EvaluationError`, with the selector as its place, where the budget would not do for
        the evaluation of a single step.
        """
        options, query = evaluation.options, evaluation.query
        assert options.memory is not None
        roots = [plan for plan in evaluation.plan(_one(query)) if isinstance(plan, Node)]
        run = Run(evaluation.source, options)
        run.prepare(roots)
        found = {
            read: _found(evaluation.source, read, options.lookback.ms)
            for read in run.reading.reads()
        }
        known = evaluation.source.span() or (0, 0)
        fixed = per_ms = 0.0
        for root in roots:
            rows = 0
            for selector in _selectors(root):
                read = run.reading.read_of(selector)
                series, samples_per_ms = found[read]
                alone = samples_per_ms * _overlap(run.reading.span_of(selector), known) * _SAMPLE
                if alone > options.memory:
                    raise _refusal(selector, series, alone, options.memory)
                fixed = max(fixed, samples_per_ms * _overlap(read[1], known) * _SAMPLE)
                per_ms = max(per_ms, samples_per_ms * _SAMPLE)
                rows = max(rows, series)
            per_ms += rows * 9 / query.step
        most = max((series for series, _ in found.values()), default=0)
        return cls(fixed, per_ms + most * _VALUE / query.step)

    def together(self, other: Need) -> Need:
        """Return what two evaluations take one after the other."""
        return Need(max(self.fixed, other.fixed), max(self.per_ms, other.per_ms))

    def span(self, room: float) -> int:
        """Return how many ms fit into some bytes.

        However far an evaluation looks back, half of them are for what it spans: shards that are
        short against that would take for ever and not much less memory.
        """
        return int(max(room - self.fixed, room / 2) / self.per_ms) if self.per_ms else sys.maxsize

    def learnt(self, held: float, ms: int) -> Need:
        """Return the need after a shard of `ms` took so many bytes: never many times less than it was."""
        return Need(self.fixed, max(held / ms, self.per_ms / _GROWTH))


NOTHING: Final = Need(0.0, 0.0)


def tidy() -> None:
    """Give back to the system what is not used any more, now and from now on.

    What is freed stays with the GNU C library otherwise, and counts: all of it below a size that
    grows up to 32 MiB as larger arrays come and go.
    """
    gc.collect()
    library = ctypes.CDLL(None) if sys.platform == "linux" else None
    if library is not None and hasattr(library, "malloc_trim"):
        library.mallopt(_MMAP_THRESHOLD, 1 << 18)
        library.malloc_trim(0)


def room(memory: int) -> float:
    """Return how many bytes of a budget are free."""
    return max(memory - _resident(), memory * _LEAST)


def _resident() -> int:
    """Return the resident memory of this process in bytes; its peak where the system does not say."""
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * resource.getpagesize()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def in_words(size: float) -> str:
    """Return a number of bytes for people."""
    return f"{size / _UNIT:.0f} MiB" if size < 1024 * _UNIT else f"{size / 1024 / _UNIT:.1f} GiB"


def _one(query: Steps) -> Steps:
    middle = query.start + len(query) // 2 * query.step
    return Steps(middle, middle, query.step)


def _found(source: Source, read: Read, lookback: int) -> tuple[int, float]:
    """Return how many series some matchers find, and how many samples a ms they have together."""
    matchers, (first, last) = read
    first = max(first, last - lookback)
    samples = source.select(matchers, first, last)
    span = samples.span()
    if span is None:
        return 0, 0.0
    return len(samples), samples.sample_count / max(1, span[1] - span[0], last - first)


def _overlap(span: Span, known: Span) -> int:
    """Return how many ms of a span a source has samples of."""
    return max(0, min(span[1], known[1]) - max(span[0], known[0]))


def _selectors(root: Node) -> list[Selector]:
    found: list[Selector] = []
    stack, seen = [root], set[Node]()
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            found += selections(node)
            stack += inputs(node)
    return found


def _refusal(selector: Selector, series: int, size: float, memory: int) -> EvaluationError:
    error = EvaluationError(
        f"`{selector.expr}` needs about {in_words(size)} of memory for one evaluation, "
        f"{series} series that far back; `--memory` is {in_words(memory)}: select fewer series, "
        "look back less far, or allow more"
    )
    error.place = selector.expr
    return error
