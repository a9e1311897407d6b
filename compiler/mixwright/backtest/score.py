"""Scores of pages against incidents.

With incidents I_k = [s_k, e_k], pages with onsets p_j, and the tolerance of `incidents.Tolerance`:

- a page is *true* when an incident explains it: its onset lies in [s_k − early, e_k + late] and the
  incident concerns one of its alerts; else it is *false*, unless it falls into a time that is ignored. An
  always-firing alert has one onset, so it detects next to nothing, and its time in alert shows.
- an incident is *detected* when a page of an alert that is expected to tell about it is true for it and, where
  there is a deadline, p_j ≤ s_k + deadline
- precision = true / (true + false) · recall = detected / K · F1 = 2PR / (P + R)
- recall within D = #{k : d_k ≤ D} / K, a step at each delay
- delay d_k = max(0, min p_j − s_k); an incident that was missed counts as later than all others, so a
  median or p90 that falls among the missed is censored (`None`)
- reset ρ_k = max(0, max r_j − e_k), r_j being when page j resolved; `None` when one had not by the end
- duplicates = (pages that tell − detected) / detected
- false pages a week λ = n / weeks, with the exact Poisson interval (`uncertainty.poisson_interval`); weeks
  are those that are not ignored
- pages a shift = J / (span / 12 h); the worst 12 h is the most pages within any 12 h
- off-hours: pages outside Monday to Friday, 9 to 18 o'clock UTC
- time in alert: the share of the span during which at least one alert fires
- flaps = #{p_j − r_i < 15m for an earlier page i of the same alert} / J
- chance recall and lift: `uncertainty.chance_recall`, and recall as a multiple of it
- intervals of precision, recall and F1: `uncertainty.bootstrap`

The terms are those of the SRE Workbook, chapter 5 (precision, recall, detection time, reset time).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from statistics import median
from typing import Final

import attrs
import numpy as np

from mixwright.alertmanager.intervals import TimeInterval
from mixwright.backtest import uncertainty
from mixwright.backtest.incidents import Incident, Tolerance, explains
from mixwright.backtest.notify import Page
from mixwright.backtest.uncertainty import Interval
from mixwright.frame import Values
from mixwright.replay.states import Episode
from mixwright.values import Duration

FLAP: Final = Duration(15 * 60_000)
"""A page that follows the resolution of its own alert this closely is a flap."""
WEEK: Final = 7 * 86_400_000
SHIFT: Final = 12 * 3_600_000
OFFICE_HOURS: Final = TimeInterval(times=((9 * 60, 18 * 60),), weekdays=((1, 5),))


@attrs.frozen(kw_only=True)
class Outcome:
    """What became of an incident: the pages that told about it, earliest first.

    Of those that came after the `deadline`, if there is one, none counts as telling in time.
    """

    incident: Incident
    pages: tuple[Page, ...]
    deadline: Duration | None = None

    @property
    def detected(self) -> bool:
        """Whether anybody was told in time."""
        delay = self.delay
        return delay is not None and (self.deadline is None or delay <= self.deadline.ms)

    @property
    def delay(self) -> int | None:
        """How long after the start somebody was told, in ms; `None` when nobody was."""
        return max(0, self.pages[0].onset - self.incident.start) if self.pages else None

    @property
    def reset(self) -> int | None:
        """How long after the end the last page resolved, in ms; `None` when unknown."""
        ends = [page.resolved_at for page in self.pages]
        if not ends or None in ends:
            return None
        return max(0, max(end for end in ends if end is not None) - self.incident.end)


@attrs.frozen(kw_only=True)
class Score:
    """How well some pages tell about some incidents; the module says how each number is defined.

    Times are in ms. A number that cannot be told, such as the precision of no pages, is `None`.
    """

    pages: int
    true_pages: int
    ignored_pages: int
    incidents: int
    detected: int
    precision: float | None
    recall: float | None
    f1: float | None
    precision_interval: Interval | None
    recall_interval: Interval | None
    f1_interval: Interval | None
    recall_within: tuple[tuple[int, float], ...]
    chance_recall: float | None
    lift: float | None
    delay_median: float | None
    delay_p90: float | None
    reset_median: float | None
    duplicates: float | None
    flaps: float | None
    pages_per_week: float
    false_per_week: float
    false_per_week_low: float
    false_per_week_high: float
    pages_per_shift: float
    worst_shift: int
    off_hours: int
    time_in_alert: float

    @property
    def false_pages(self) -> int:
        """Pages that no incident explains."""
        return self.pages - self.true_pages - self.ignored_pages


def is_explained(page: Page, incidents: Iterable[Incident], tolerance: Tolerance) -> bool:
    """Tell whether some incident is a good reason for a page."""
    return any(
        explains(incident, episode, page.onset, tolerance)
        for incident in incidents
        for episode in page.episodes
    )


def tells(page: Page, incident: Incident, tolerance: Tolerance) -> bool:
    """Tell whether a page tells about an incident: explained by it, and expected to tell."""
    return any(
        incident.expects(episode.alert, page.severity)
        and explains(incident, episode, page.onset, tolerance)
        for episode in page.episodes
    )


def outcomes(
    pages: Sequence[Page], incidents: Sequence[Incident], tolerance: Tolerance
) -> tuple[Outcome, ...]:
    """Return what became of each incident that is not ignored."""
    ordered = sorted(pages, key=lambda page: (page.onset, page.alerts))
    return tuple(
        Outcome(
            incident=incident,
            pages=tuple(page for page in ordered if tells(page, incident, tolerance)),
            deadline=tolerance.deadline,
        )
        for incident in incidents
        if not incident.ignore
    )


def score(
    pages: Sequence[Page],
    episodes: Iterable[Episode],
    incidents: Sequence[Incident],
    *,
    known: Sequence[Incident] = (),
    start: int,
    end: int,
    tolerance: Tolerance,
) -> Score:
    """Score pages against the incidents that they should have told about.

    `known` are all incidents, which may explain a page that is not about `incidents`; `episodes` are those of
    the alerts that are scored; the span is [start, end] in ms.
    """
    found = outcomes(pages, incidents, tolerance)
    everything = known or incidents
    real = [incident for incident in everything if not incident.ignore]
    ignored = [incident for incident in everything if incident.ignore]
    verdicts = [is_explained(page, real, tolerance) for page in pages]
    true = [page for page, right in zip(pages, verdicts, strict=True) if right]
    rest = [page for page, right in zip(pages, verdicts, strict=True) if not right]
    false = [page for page in rest if not is_explained(page, ignored, tolerance)]
    detected = [outcome for outcome in found if outcome.detected]
    telling = {page for outcome in found for page in outcome.pages}
    exposure = max(end - start - covered(ignored, start, end), 1)
    weeks = exposure / WEEK
    low, high = uncertainty.poisson_interval(len(false))
    precision = len(true) / (len(true) + len(false)) if true or false else None
    recall = len(detected) / len(found) if found else None
    spread = _spread(true, false, found, start, end)
    windows = [tolerance.window(outcome.incident) for outcome in found]
    inside = [(max(a, start), min(b, end)) for a, b in windows]
    chance = uncertainty.chance_recall(inside, len(pages), exposure)
    delays = [outcome.delay if outcome.detected else None for outcome in found]
    resets = [outcome.reset for outcome in found if outcome.reset is not None]
    return Score(
        pages=len(pages),
        true_pages=len(true),
        ignored_pages=len(rest) - len(false),
        incidents=len(found),
        detected=len(detected),
        precision=precision,
        recall=recall,
        f1=_f1(precision, recall),
        precision_interval=spread.get("precision"),
        recall_interval=spread.get("recall"),
        f1_interval=spread.get("f1"),
        recall_within=_recall_within([o.delay for o in found], len(found)),
        chance_recall=chance,
        lift=recall / chance if recall is not None and chance else None,
        delay_median=_quantile(delays, 0.5),
        delay_p90=_quantile(delays, 0.9),
        reset_median=float(median(resets)) if resets else None,
        duplicates=(len(telling) - len(detected)) / len(detected) if detected else None,
        flaps=_flaps(pages) / len(pages) if pages else None,
        pages_per_week=len(pages) / (max(end - start, 1) / WEEK),
        false_per_week=len(false) / weeks,
        false_per_week_low=low / weeks,
        false_per_week_high=high / weeks,
        pages_per_shift=len(pages) / (max(end - start, 1) / SHIFT),
        worst_shift=_worst([page.onset for page in pages]),
        off_hours=sum(not OFFICE_HOURS.contains(page.onset) for page in pages),
        time_in_alert=time_in_alert(episodes, start=start, end=end),
    )


def _f1(precision: float | None, recall: float | None) -> float | None:
    if precision is None or recall is None:
        return None
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


def _spread(
    true: Sequence[Page], false: Sequence[Page], found: Sequence[Outcome], start: int, end: int
) -> dict[str, Interval | None]:
    """Return the resampled intervals; what happens is counted in the block in which it begins."""
    if not (true or false or found):
        return {}
    size = uncertainty.blocks(start, end)

    def count(times: Iterable[int]) -> Values:
        numbers = [uncertainty.block_of(time, start, end, size) for time in times]
        return np.bincount(np.array(numbers, np.int64), minlength=size).astype(np.float64)

    return uncertainty.bootstrap(
        uncertainty.Counts(
            true=count(page.onset for page in true),
            false=count(page.onset for page in false),
            incidents=count(outcome.incident.start for outcome in found),
            detected=count(outcome.incident.start for outcome in found if outcome.detected),
        )
    )


def _recall_within(delays: Sequence[int | None], count: int) -> tuple[tuple[int, float], ...]:
    """Return delays (ms), rising, each with the share of incidents of which one knew by then."""
    known = sorted(delay for delay in delays if delay is not None)
    steps = {delay: number / count for number, delay in enumerate(known, 1)}
    return tuple(steps.items())


def _quantile(delays: Sequence[int | None], q: float) -> float | None:
    """Return a quantile by linear interpolation, `None` sorting last; censored where it touches one."""
    if not delays:
        return None
    ordered = sorted(delay for delay in delays if delay is not None)
    rank = q * (len(delays) - 1)
    below, above = math.floor(rank), math.ceil(rank)
    if above >= len(ordered):
        return None
    return ordered[below] + (rank - below) * (ordered[above] - ordered[below])


def _flaps(pages: Sequence[Page]) -> int:
    """Count the pages that follow the resolution of an earlier page of the same alert too closely."""
    count = 0
    ends: dict[str, list[int]] = {}
    for page in sorted(pages, key=lambda page: page.onset):
        before = (end for alert in page.alerts for end in ends.get(alert, ()))
        count += any(0 <= page.onset - end < FLAP.ms for end in before)
        if page.resolved_at is not None:
            for alert in page.alerts:
                ends.setdefault(alert, []).append(page.resolved_at)
    return count


def _worst(onsets: Sequence[int]) -> int:
    """Return the most onsets within any shift."""
    times = np.sort(np.array(onsets, np.int64))
    return int((np.searchsorted(times, times + SHIFT) - np.arange(len(times))).max(initial=0))


def time_in_alert(episodes: Iterable[Episode], *, start: int, end: int) -> float:
    """Return the share of [start, end] during which at least one of the alerts fires."""
    spans = (
        (episode.fired_at, end if episode.resolved_at is None else episode.resolved_at)
        for episode in episodes
        if episode.fired_at is not None
    )
    return _union(spans, start, end) / max(end - start, 1)


def covered(incidents: Iterable[Incident], start: int, end: int) -> int:
    """Return how much of [start, end] incidents cover together, in ms."""
    return _union(((incident.start, incident.end) for incident in incidents), start, end)


def _union(spans: Iterable[tuple[int, int]], start: int, end: int) -> int:
    """Return how much of [start, end] spans cover together."""
    total, reached = 0, start
    for begin, stop in sorted(spans):
        total += max(0, min(stop, end) - max(begin, reached))
        reached = max(reached, min(stop, end))
    return total
