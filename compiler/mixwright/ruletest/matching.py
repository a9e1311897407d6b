"""Expected and got laid side by side: what fits what, and how the rest differs."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import attrs

from mixwright.frame.histogram import Histogram
from mixwright.ruletest.cases import Strictness
from mixwright.ruletest.histograms import notation
from mixwright.ruletest.result import Line
from mixwright.values import METRIC_NAME, Labels


def _plain(texts: Mapping[str, str]) -> dict[str, str]:
    # Equality of mappings is by content only between dictionaries.
    return dict(texts)


@attrs.frozen(kw_only=True)
class Entry:
    """An alert with its annotations, or a sample with its value."""

    labels: Mapping[str, str] = attrs.field(converter=_plain)
    annotations: Mapping[str, str] = attrs.field(converter=_plain, factory=dict)
    value: float | None = None
    histogram: Histogram | None = None

    @property
    def text(self) -> str:
        """The value in the notation of test files."""
        if self.histogram is not None:
            return notation(self.histogram)
        return "" if self.value is None else repr(self.value).removesuffix(".0")

    def fits(self, got: Entry, strictness: Strictness) -> bool:
        """Tell whether this, which was expected, is what was got."""
        partial = strictness.match == "partial"
        return (
            _agree(self.labels, got.labels, partial=partial)
            and _agree(self.annotations, got.annotations, partial=partial)
            and self.same_value(got, strictness)
        )

    def same_value(self, got: Entry, strictness: Strictness) -> bool:
        """Tell whether the values are equal, as far as they are compared at all."""
        if self.histogram is not None or got.histogram is not None:
            # Prometheus compares the notation, and so what it cannot tell apart is equal.
            return self.text == got.text
        if self.value is None or got.value is None:
            return self.value is got.value
        return _near(self.value, got.value, strictness)


def difference(
    expected: Sequence[Entry], got: Sequence[Entry], strictness: Strictness
) -> tuple[Line, ...]:
    """Return how what was got differs from what was expected, in any order; nothing when it does not."""
    missing, surplus = _unpaired(expected, got, strictness)
    return tuple(_lines(missing, surplus, strictness))


def _unpaired(
    expected: Sequence[Entry], got: Sequence[Entry], strictness: Strictness
) -> tuple[list[Entry], list[Entry]]:
    """Pair as many as possible (augmenting paths), and return those that are left."""
    candidates = [
        [n for n, one in enumerate(got) if wanted.fits(one, strictness)] for wanted in expected
    ]
    taken: dict[int, int] = {}

    def put(wanted: int, tried: set[int]) -> bool:
        for place in candidates[wanted]:
            if place in tried:
                continue
            tried.add(place)
            if place not in taken or put(taken[place], tried):
                taken[place] = wanted
                return True
        return False

    missing = [one for place, one in enumerate(expected) if not put(place, set())]
    return missing, [one for place, one in enumerate(got) if place not in taken]


def _lines(
    missing: Sequence[Entry], surplus: Sequence[Entry], strictness: Strictness
) -> Iterator[Line]:
    rest = list(surplus)
    for wanted in missing:
        nearest = max(rest, key=lambda one: _likeness(wanted, one), default=None)
        if nearest is None or not _likeness(wanted, nearest):
            yield from _whole("-", wanted)
            continue
        rest.remove(nearest)
        yield from _changed(wanted, nearest, strictness)
    for one in rest:
        yield from _whole("+", one)


def _likeness(one: Entry, other: Entry) -> int:
    """Count the labels that two entries share; those that every one of its kind has do not count."""
    if one.labels == other.labels:
        return 1_000_000
    shared = one.labels.items() & other.labels.items()
    return len([name for name, _ in shared if name not in (METRIC_NAME, "alertname")])


def _whole(sign: str, entry: Entry) -> Iterator[Line]:
    value = "" if entry.value is None and entry.histogram is None else f" {entry.text}"
    yield Line(sign, f"{Labels(entry.labels)}{value}")
    for name, text in sorted(entry.annotations.items()):
        yield Line(sign, f"    {name}: {text}")


def _changed(expected: Entry, got: Entry, strictness: Strictness) -> Iterator[Line]:
    """Yield what two entries have in common, and below it what they have not."""
    partial = strictness.match == "partial"
    common = {n: v for n, v in expected.labels.items() if got.labels.get(n) == v}
    yield Line(" ", str(Labels(common)))
    for what, wanted, found in (
        ("label ", expected.labels, got.labels),
        ("", expected.annotations, got.annotations),
    ):
        names = wanted.keys() if partial else wanted.keys() | found.keys()
        for name in sorted(names):
            if wanted.get(name) != found.get(name):
                if name in wanted:
                    yield Line("-", f"    {what}{name}: {wanted[name]}")
                if name in found:
                    yield Line("+", f"    {what}{name}: {found[name]}")
    if not expected.same_value(got, strictness):
        yield Line("-", f"    {expected.text}")
        yield Line("+", f"    {got.text}")


def _agree(wanted: Mapping[str, str], found: Mapping[str, str], *, partial: bool) -> bool:
    return wanted.items() <= found.items() if partial else wanted == found


def _near(a: float, b: float, strictness: Strictness) -> bool:
    if math.isnan(a) or math.isnan(b):
        return strictness.nan_equal and math.isnan(a) and math.isnan(b)
    if a == b:
        return True
    if strictness.fuzzy and b in (math.nextafter(a, -math.inf), math.nextafter(a, math.inf)):
        return True
    largest = max(abs(a), abs(b))
    return math.isfinite(largest) and abs(a - b) <= strictness.tolerance * largest
