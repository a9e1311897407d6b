"""Asking for less at a time until the server gives it: less time, or fewer series."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from re import escape
from typing import Final

import attrs

from mixwright.errors import RecordingError
from mixwright.frame import Samples
from mixwright.recordings.pieces import SeriesPieces
from mixwright.recordings.server.client import Client, TooMuchError
from mixwright.recordings.server.matrix import read_labels
from mixwright.recordings.server.ways import Way, selector
from mixwright.values import Labels, Matcher, MatchOp

_SHORTEST: Final = 60_000
"""Milliseconds; below that, halving time does not halve the answer of common scrape intervals."""


@attrs.frozen
class Page:
    """Series that satisfy `matchers`, in [start, end] (ms)."""

    matchers: tuple[Matcher, ...]
    start: int
    end: int


def fetch(way: Way, client: Client, page: Page) -> Samples:
    """Return all samples of a page, each once; a `RecordingError` when even a single series is refused."""
    found = SeriesPieces()
    waiting = [page]
    while waiting:
        part = waiting.pop()
        try:
            samples = way.fetch(part.matchers, part.start, part.end)
        except TooMuchError as refusal:
            # The parts are taken in order, so that pieces of a series come in the order of time.
            waiting += reversed(tuple(_parts(client, part, refusal)))
            continue
        if part is page:
            return samples
        found.add_all(samples)
    return found.samples()


def _parts(client: Client, page: Page, refusal: TooMuchError) -> Iterator[Page]:
    """Yield two pages that have together what `page` has; some limits are about series, most about samples."""
    words = str(refusal)
    about_series = "series" in words and "samples" not in words
    divisible = page.end - page.start >= _SHORTEST
    name, values = "", list[str]()
    if about_series or not divisible:
        name, values = _widest(known_series(client, page))
    if len(values) > 1:
        half = "|".join(map(escape, values[: len(values) // 2]))
        for op in (MatchOp.REGEX, MatchOp.NOT_REGEX):
            yield attrs.evolve(page, matchers=(*page.matchers, Matcher(name, op, half)))
    elif divisible:
        middle = (page.start + page.end) // 2
        yield attrs.evolve(page, end=middle)
        yield attrs.evolve(page, start=middle + 1)
    else:
        raise RecordingError(
            f"{refusal}; it was asked for one series in {page.end - page.start + 1} ms"
        )


def known_series(client: Client, page: Page) -> tuple[Labels, ...]:
    """Return the labels of the series of a page, which may have no samples in it."""
    fields = [
        ("match[]", selector(page.matchers)),
        ("start", f"{page.start / 1000:.3f}"),
        ("end", f"{page.end / 1000:.3f}"),
    ]
    found = client.data("api/v1/series", fields)
    labels = [read_labels(metric) for metric in found] if isinstance(found, list) else [None]
    if None in labels:
        raise RecordingError(
            f"`{client.server}/api/v1/series` does not answer with a list of series"
        )
    return tuple(sorted({series for series in labels if series is not None}))


def _widest(series: Sequence[Labels]) -> tuple[str, list[str]]:
    """Return the label that has most values, the absent one among them, and these."""
    values: dict[str, set[str]] = {}
    for labels in series:
        for name, value in labels.pairs:
            values.setdefault(name, set()).add(value)
    for name, found in values.items():
        if any(name not in labels for labels in series):
            found.add("")
    name = max(sorted(values), key=lambda name: len(values[name]), default="")
    return name, sorted(values.get(name, ()))
