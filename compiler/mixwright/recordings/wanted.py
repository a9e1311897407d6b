"""Which part of a recording is wanted: series by selectors, each over a time of its own."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from typing import TypeAlias

import attrs
import numpy as np

from mixwright.frame import Samples
from mixwright.frame.labelindex import LabelIndex
from mixwright.frame.slicing import ALL_TIME, cut_samples, share_clocks
from mixwright.recordings.pieces import SeriesPieces
from mixwright.values import METRIC_NAME, Labels, Matcher, MatchOp, is_legacy_metric_name

Select: TypeAlias = Callable[[Sequence[Matcher], int, int], Samples]
"""How a recording is asked: matchers that must all hold, first and last time (ms)."""


@attrs.frozen
class Wanted:
    """The series that satisfy all `matchers`, with samples in [start, end] (ms); `readers` want them."""

    matchers: tuple[Matcher, ...]
    start: int
    end: int
    readers: tuple[str, ...] = ()

    def __str__(self) -> str:
        named = [m for m in self.matchers if m.name == METRIC_NAME and m.op is MatchOp.EQUAL]
        name = named[0].value if named and is_legacy_metric_name(named[0].value) else ""
        rest = [str(m) for m in self.matchers if not (name and m in named)]
        return f"{name}{{{', '.join(rest)}}}" if rest or not name else name


def grouped(wanted: Iterable[Wanted]) -> tuple[Wanted, ...]:
    """Return each selector once, with all its readers, over all the time that any of them wants."""
    found: dict[tuple[Matcher, ...], Wanted] = {}
    for one in wanted:
        found[one.matchers] = _both(found.get(one.matchers, one), one)
    return tuple(found.values())


def merged(wanted: Iterable[Wanted]) -> tuple[Wanted, ...]:
    """Return as few as there can be: what a wider selector brings along is not asked for again."""
    found: dict[frozenset[Matcher], Wanted] = {}
    for one in sorted(wanted, key=lambda one: (len(one.matchers), one.matchers)):
        key = frozenset(one.matchers)
        wider = next((known for known in found if known <= key), key)
        found[wider] = _both(found.get(wider, one), one)
    return tuple(found.values())


def _both(one: Wanted, other: Wanted) -> Wanted:
    return attrs.evolve(
        one,
        start=min(one.start, other.start),
        end=max(one.end, other.end),
        readers=tuple(dict.fromkeys((*one.readers, *other.readers))),
    )


def together(select: Select, wanted: Iterable[Wanted], start: int, end: int) -> Samples:
    """Return what is wanted of [start, end] (ms), each series once."""
    parts = [
        select(one.matchers, max(one.start, start), min(one.end, end))
        for one in wanted
        if one.start <= end and one.end >= start
    ]
    if len(parts) == 1:
        return parts[0]
    pieces = SeriesPieces()
    for part in parts:
        pieces.add_all(part)
    return share_clocks(pieces.samples())


def only(samples: Samples, wanted: Iterable[Wanted]) -> Samples:
    """Return what is wanted of `samples`."""
    index = LabelIndex.of(samples.labels)

    def select(matchers: Sequence[Matcher], start: int, end: int) -> Samples:
        return cut_samples(samples, index.match(matchers), start, end)

    return together(select, merged(wanted), ALL_TIME.start, ALL_TIME.stop)


def selected(series: Collection[Labels], wanted: Iterable[Wanted]) -> tuple[Labels, ...]:
    """Return the series that any of `wanted` selects, each once."""
    index = LabelIndex.of(tuple(series))
    rows = [index.match(one.matchers) for one in wanted]
    return index.labels(np.unique(np.concatenate(rows))) if rows else ()


def without_series(series: Collection[Labels], wanted: Iterable[Wanted]) -> tuple[Wanted, ...]:
    """Return those of `wanted` that select none of the series, each selector once."""
    index = LabelIndex.of(tuple(series))
    return tuple(one for one in grouped(wanted) if not len(index.match(one.matchers)))
