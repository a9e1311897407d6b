"""Scores of pages against incidents.

With incidents I_k = [s_k, e_k], pages with onsets p_j, and the tolerance of `incidents.Tolerance`:

- a page is *true* when an incident explains it: its onset lies in [s_k − early, e_k + late] and the
  incident concerns one of its alerts; else it is *false*. An always-firing alert has one onset, so it
  detects next to nothing, and its time in alert shows.
- an incident is *detected* when a page of an alert that is expected to tell about it is true for it.
- precision = true / J · recall = detected / K · F1 = 2PR / (P + R)
- delay d_k = max(0, min p_j − s_k); an incident that was missed counts as later than all others, so a
  median or p90 that falls among the missed is censored (`None`)
- reset ρ_k = max(0, max r_j − e_k), r_j being when page j resolved; `None` when one had not by the end
- duplicates = (true pages − detected) / detected
- false pages a week λ = n / weeks, with the exact Poisson interval
  [χ²(α/2; 2n) / 2, χ²(1 − α/2; 2n + 2) / 2] / weeks, α = 0.05 (Garwood 1936)
- time in alert: the share of the span during which at least one alert fires
- flaps = #{p_j − r_i < 15m for an earlier page i of the same alert} / J
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from statistics import median
from typing import Final

import attrs

from mixwright.backtest.incidents import Incident, Tolerance, explains
from mixwright.backtest.notify import Page
from mixwright.replay.states import Episode
from mixwright.values import Duration

FLAP: Final = Duration(15 * 60_000)
"""A page that follows the resolution of its own alert this closely is a flap."""
WEEK: Final = 7 * 86_400_000
_ALPHA: Final = 0.05


@attrs.frozen(kw_only=True)
class Outcome:
    """What became of an incident: the pages that told about it, earliest first."""

    incident: Incident
    pages: tuple[Page, ...]

    @property
    def detected(self) -> bool:
        """Whether anybody was told."""
        return bool(self.pages)

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
    incidents: int
    detected: int
    precision: float | None
    recall: float | None
    f1: float | None
    delay_median: float | None
    delay_p90: float | None
    reset_median: float | None
    duplicates: float | None
    flaps: float | None
    pages_per_week: float
    false_per_week: float
    false_per_week_low: float
    false_per_week_high: float
    time_in_alert: float

    @property
    def false_pages(self) -> int:
        """Pages that no incident explains."""
        return self.pages - self.true_pages


def is_explained(page: Page, incidents: Iterable[Incident], tolerance: Tolerance) -> bool:
    """Tell whether some incident is a good reason for a page."""
    return any(
        explains(incident, episode, page.onset, tolerance)
        for incident in incidents
        for episode in page.episodes
    )


def tells(page: Page, incident: Incident, tolerance: Tolerance) -> bool:
    """Tell whether a page tells about an incident: explained by it, and expected to tell."""
    return incident.expects(page.alert) and is_explained(page, (incident,), tolerance)


def outcomes(
    pages: Sequence[Page], incidents: Sequence[Incident], tolerance: Tolerance
) -> tuple[Outcome, ...]:
    """Return what became of each incident."""
    ordered = sorted(pages, key=lambda page: (page.onset, page.alert))
    return tuple(
        Outcome(
            incident=incident,
            pages=tuple(page for page in ordered if tells(page, incident, tolerance)),
        )
        for incident in incidents
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
    true = sum(is_explained(page, known or incidents, tolerance) for page in pages)
    false = len(pages) - true
    detected = sum(outcome.detected for outcome in found)
    telling = {page for outcome in found for page in outcome.pages}
    weeks = max(end - start, 1) / WEEK
    low, high = poisson_interval(false)
    precision = true / len(pages) if pages else None
    recall = detected / len(incidents) if incidents else None
    delays = [outcome.delay for outcome in found]
    resets = [outcome.reset for outcome in found if outcome.reset is not None]
    return Score(
        pages=len(pages),
        true_pages=true,
        incidents=len(incidents),
        detected=detected,
        precision=precision,
        recall=recall,
        f1=_f1(precision, recall),
        delay_median=_quantile(delays, 0.5),
        delay_p90=_quantile(delays, 0.9),
        reset_median=float(median(resets)) if resets else None,
        duplicates=(len(telling) - detected) / detected if detected else None,
        flaps=_flaps(pages) / len(pages) if pages else None,
        pages_per_week=len(pages) / weeks,
        false_per_week=false / weeks,
        false_per_week_low=low / weeks,
        false_per_week_high=high / weeks,
        time_in_alert=time_in_alert(episodes, start=start, end=end),
    )


def _f1(precision: float | None, recall: float | None) -> float | None:
    if precision is None or recall is None:
        return None
    return 2 * precision * recall / (precision + recall) if precision + recall else 0.0


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
        count += any(0 <= page.onset - end < FLAP.ms for end in ends.get(page.alert, ()))
        if page.resolved_at is not None:
            ends.setdefault(page.alert, []).append(page.resolved_at)
    return count


def time_in_alert(episodes: Iterable[Episode], *, start: int, end: int) -> float:
    """Return the share of [start, end] during which at least one of the alerts fires."""
    spans = sorted(
        (max(episode.fired_at, start), end if episode.resolved_at is None else episode.resolved_at)
        for episode in episodes
        if episode.fired_at is not None
    )
    total, reached = 0, start
    for begin, stop in spans:
        total += max(0, min(stop, end) - max(begin, reached))
        reached = max(reached, min(stop, end))
    return total / max(end - start, 1)


def poisson_interval(count: int) -> tuple[float, float]:
    """Return the exact 95 % interval of the mean of a Poisson variable that was `count` once."""
    low = 0.0 if count == 0 else _solve(lambda mean: 1 - _at_most(count - 1, mean), _ALPHA / 2)
    return low, _solve(lambda mean: -_at_most(count, mean), -_ALPHA / 2)


def _at_most(count: int, mean: float) -> float:
    """Return P(X ≤ count) of a Poisson variable."""
    if mean == 0:
        return 1.0
    return math.fsum(
        math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(count + 1)
    )


def _solve(rising: Callable[[float], float], target: float) -> float:
    """Return where a rising function of a mean reaches `target`, by bisection."""
    low, high = 0.0, 1.0
    while rising(high) < target:
        low, high = high, 2 * high
    for _ in range(100):
        middle = (low + high) / 2
        low, high = (middle, high) if rising(middle) < target else (low, middle)
    return high
