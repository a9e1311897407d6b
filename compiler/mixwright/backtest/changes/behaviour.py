"""What a change would have done: pages that it loses, adds, sends earlier or later, and what becomes of incidents.

Two versions are replayed over the same metrics. Pages are paired by alert and labels where they tell of the same
time: episodes that overlap, or onsets within `SAME` of each other, nearest first.

Differences are tested on pairs, because both versions saw the same incidents: McNemar's exact test on who was
detected (McNemar 1947, exact by Edwards), the sign test on delays, a bootstrap of the mean difference of delays over
incidents, and for false pages the conditional exact test of two Poisson counts over the same time (Przyborowski and
Wilenski 1940).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Final

import attrs
import numpy as np

from mixwright.backtest.notify import Page
from mixwright.backtest.outcome import Backtest
from mixwright.backtest.score import Outcome, is_explained
from mixwright.backtest.uncertainty import Interval, binomial_test
from mixwright.replay.states import Episode
from mixwright.values import Duration, Labels

SAME: Final = Duration(10 * 60_000)
_RESAMPLES: Final = 2000
_SEED: Final = 20261126


class Kind(Enum):
    """What became of a page."""

    LOST = "lost"
    NEW = "new"
    EARLIER = "earlier"
    LATER = "later"
    SAME = "same"


@attrs.frozen(kw_only=True, eq=False)
class PageChange:
    """A page in the old version, in the new one, or in both; `explained`: an incident is a reason for it."""

    kind: Kind
    old: Page | None
    new: Page | None
    explained: bool

    @property
    def page(self) -> Page:
        """The page, the new one if there are two."""
        page = self.new or self.old
        assert page is not None
        return page

    @property
    def shift(self) -> int:
        """How much later (ms) the new page is than the old one; negative when it is earlier."""
        return 0 if self.old is None or self.new is None else self.new.onset - self.old.onset


@attrs.frozen(kw_only=True, eq=False)
class IncidentChange:
    """An incident in both versions."""

    old: Outcome
    new: Outcome

    @property
    def name(self) -> str:
        """The incident's name."""
        return self.new.incident.name

    @property
    def shift(self) -> int | None:
        """How much later (ms) people are told; `None` unless they are told in both versions."""
        if not (self.old.detected and self.new.detected):
            return None
        assert self.old.delay is not None
        assert self.new.delay is not None
        return self.new.delay - self.old.delay


@attrs.frozen(kw_only=True, eq=False)
class Behaviour:
    """Both backtests and what differs."""

    old: Backtest
    new: Backtest
    pages: tuple[PageChange, ...]
    incidents: tuple[IncidentChange, ...]

    def of(self, *kinds: Kind) -> tuple[PageChange, ...]:
        """Return the pages of some kinds."""
        return tuple(change for change in self.pages if change.kind in kinds)

    @property
    def undetected(self) -> tuple[IncidentChange, ...]:
        """The incidents that were told of and no longer are."""
        return tuple(i for i in self.incidents if i.old.detected and not i.new.detected)

    @property
    def found(self) -> tuple[IncidentChange, ...]:
        """The incidents that are told of and were not."""
        return tuple(i for i in self.incidents if i.new.detected and not i.old.detected)

    @property
    def shifts(self) -> tuple[int, ...]:
        """How much later (ms) people are told, for incidents that are told of in both versions."""
        return tuple(shift for i in self.incidents if (shift := i.shift) is not None)

    @property
    def detection_test(self) -> float:
        """The probability of a change as uneven among incidents, were both versions as good."""
        return binomial_test(len(self.found), len(self.found) + len(self.undetected))

    @property
    def delay_test(self) -> float:
        """The probability of as uneven a split into earlier and later, were both versions as fast."""
        moved = [shift for shift in self.shifts if shift]
        return binomial_test(sum(shift < 0 for shift in moved), len(moved))

    @property
    def false_test(self) -> float:
        """The probability of as uneven counts of false pages, were both versions as noisy."""
        old, new = self.old.score.false_pages, self.new.score.false_pages
        return binomial_test(old, old + new)

    @property
    def mean_shift(self) -> tuple[float, Interval] | None:
        """The mean of `shifts` in ms with its 95 % interval; `None` without two incidents."""
        if len(self.shifts) < 2:
            return None
        values = np.array(self.shifts, np.float64)
        draw = np.random.default_rng(_SEED)
        means = values[draw.integers(0, len(values), (_RESAMPLES, len(values)))].mean(axis=1)
        low, high = np.quantile(means, [0.025, 0.975])
        return float(values.mean()), (float(low), float(high))


def compare(old: Backtest, new: Backtest, renamed: Mapping[str, str]) -> Behaviour:
    """Compare two backtests over the same metrics; `renamed` has the new names of alerts by their old ones."""
    after = {outcome.incident.name: outcome for outcome in new.outcomes}
    return Behaviour(
        old=old,
        new=new,
        pages=tuple(sorted(_pages(old, new, renamed), key=lambda c: (c.page.onset, c.page.alerts))),
        incidents=tuple(
            IncidentChange(old=outcome, new=after[outcome.incident.name])
            for outcome in old.outcomes
        ),
    )


def _pages(old: Backtest, new: Backtest, renamed: Mapping[str, str]) -> Iterator[PageChange]:
    by_name: dict[str, list[int]] = {}
    for number, page in enumerate(new.pages):
        for name in page.alerts:
            by_name.setdefault(name, []).append(number)
    candidates = (
        (number, other)
        for number, page in enumerate(old.pages)
        for other in {
            other for name in page.alerts for other in by_name.get(renamed.get(name, name), ())
        }
    )
    pairs = [
        (abs(new.pages[other].onset - old.pages[number].onset), number, other)
        for number, other in candidates
        if _tell_of_the_same(old.pages[number], new.pages[other], old.end)
    ]
    before, after = set(range(len(old.pages))), set(range(len(new.pages)))
    for _, number, other in sorted(pairs):
        if number in before and other in after:
            before.remove(number)
            after.remove(other)
            ours, theirs = old.pages[number], new.pages[other]
            shift = theirs.onset - ours.onset
            kind = Kind.SAME if not shift else Kind.EARLIER if shift < 0 else Kind.LATER
            yield _change(kind, ours, theirs, new)
    for number in before:
        yield _change(Kind.LOST, old.pages[number], None, old)
    for other in after:
        yield _change(Kind.NEW, None, new.pages[other], new)


def _change(kind: Kind, old: Page | None, new: Page | None, backtest: Backtest) -> PageChange:
    page = new or old
    assert page is not None
    explained = is_explained(page, backtest.incidents, backtest.tolerance)
    return PageChange(kind=kind, old=old, new=new, explained=explained)


def _tell_of_the_same(old: Page, new: Page, end: int) -> bool:
    """Tell whether two pages of one alert are about the same thing at the same time."""
    near = abs(new.onset - old.onset) <= SAME.ms
    overlap = old.onset < (new.resolved_at or end) and new.onset < (old.resolved_at or end)
    return (near or overlap) and not _things(old.episodes).isdisjoint(_things(new.episodes))


def _things(episodes: Sequence[Episode]) -> set[Labels]:
    """Return what alerts are about: their labels without those that every rule sets for itself."""
    return {episode.labels.drop(("alertname", "severity", "owner")) for episode in episodes}
