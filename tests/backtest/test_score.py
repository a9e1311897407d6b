"""Scores, recomputed by hand."""

from __future__ import annotations

import math
from collections.abc import Callable

import attrs
import hypothesis
import pytest
from hypothesis import strategies as st

from mixwright.backtest import Backtest, Episode, Incident, Page, Score, Tolerance
from mixwright.backtest.score import WEEK, outcomes, score, time_in_alert
from mixwright.backtest.uncertainty import binomial_interval, binomial_test, poisson_interval
from mixwright.model import Severity
from mixwright.recordings.memory import MemoryRecording
from mixwright.values import Duration, Labels

MINUTE = 60_000
EXACT = Tolerance(early=Duration(0), late=Duration(0))


def page(onset: int, end: int | None, alert: str = "Hot", **labels: str) -> Page:
    own = Labels({"alertname": alert, **labels})
    episode = Episode(
        alert=alert, labels=own, active_at=onset, fired_at=onset, resolved_at=end,
        value=1, fired_value=1, last_value=1, sample=own,
    )  # fmt: skip
    return Page(receiver="people", severity=Severity.PAGE, onset=onset, episodes=(episode,))


def incident(name: str, start: int, end: int, *alerts: str, **labels: str) -> Incident:
    return Incident(
        name=name, start=start * MINUTE, end=end * MINUTE, alerts=alerts, labels=Labels(labels)
    )


def scored(
    pages: list[Page], incidents: list[Incident], tolerance: Tolerance = EXACT, end: int = WEEK
) -> Score:
    found = [episode for p in pages for episode in p.episodes]
    return score(pages, found, incidents, start=0, end=end, tolerance=tolerance)


def test_precision_recall_and_f1_are_as_defined() -> None:
    incidents = [incident("a", 10, 20), incident("b", 100, 110), incident("c", 200, 210)]
    pages = [
        page(12 * MINUTE, 15 * MINUTE),
        page(50 * MINUTE, None),
        page(104 * MINUTE, 112 * MINUTE),
    ]

    result = scored(pages, incidents)

    assert (3, 2, 1) == (result.pages, result.true_pages, result.false_pages)
    assert (3, 2) == (result.incidents, result.detected)
    assert pytest.approx(2 / 3) == result.precision
    assert pytest.approx(2 / 3) == result.recall
    assert pytest.approx(2 / 3) == result.f1
    assert 3 == result.pages_per_week
    assert 1 == result.false_per_week


def test_delays_count_from_the_start_and_missed_ones_are_later_than_all() -> None:
    incidents = [incident(str(n), 100 * n, 100 * n + 50) for n in range(4)]
    pages = [page((100 * n + n) * MINUTE, (100 * n + 55) * MINUTE) for n in range(3)]

    result = scored(pages, incidents)

    # Delays 0, 1, 2 minutes and one missed: the median lies between 1 and 2, the p90 among the missed.
    assert 1.5 * MINUTE == result.delay_median
    assert result.delay_p90 is None
    assert 5 * MINUTE == result.reset_median


def test_a_page_before_the_start_has_no_negative_delay() -> None:
    result = scored([page(9 * MINUTE, 12 * MINUTE)], [incident("a", 10, 20)], Tolerance())

    assert 0 == result.delay_median


def test_further_pages_of_a_detected_incident_are_duplicates() -> None:
    pages = [page(11 * MINUTE, 12 * MINUTE), page(13 * MINUTE, 14 * MINUTE, "Other")]

    result = scored(pages, [incident("a", 10, 20)])

    assert 1.0 == result.duplicates
    assert 1.0 == result.precision


def test_a_page_that_follows_its_own_end_closely_is_a_flap() -> None:
    pages = [
        page(0, MINUTE),
        page(15 * MINUTE, 16 * MINUTE),
        page(31 * MINUTE, 32 * MINUTE),
        page(32 * MINUTE, None, "B"),
    ]

    assert 1 / 4 == scored(pages, []).flaps


def test_only_named_alerts_detect_but_others_are_no_false_pages() -> None:
    named = incident("a", 10, 20, "DiskFills")
    pages = [page(12 * MINUTE, 15 * MINUTE, "DiskSlow")]

    result = scored(pages, [named])

    assert (0, 0) == (result.detected, result.false_pages)


def test_an_incident_elsewhere_does_not_explain_a_page() -> None:
    result = scored([page(12 * MINUTE, 15 * MINUTE, job="web")], [incident("a", 10, 20, job="db")])

    assert (0, 1) == (result.detected, result.false_pages)


def test_nothing_can_be_said_of_nothing() -> None:
    result = scored([], [])

    assert (None, None, None, None) == (
        result.precision,
        result.recall,
        result.f1,
        result.delay_median,
    )
    assert 0 == result.false_per_week_low
    assert pytest.approx(3.6889, abs=1e-4) == result.false_per_week_high


@pytest.mark.parametrize(
    ("count", "low", "high"),
    # Garwood 1936, as in every table of exact Poisson limits.
    [
        (0, 0, 3.6889),
        (1, 0.0253, 5.5716),
        (2, 0.2422, 7.2247),
        (5, 1.6235, 11.6683),
        (10, 4.7954, 18.3904),
        (100, 81.364, 121.627),
    ],
)
def test_the_poisson_interval_is_exact(count: int, low: float, high: float) -> None:
    assert (pytest.approx(low, abs=6e-4), pytest.approx(high, abs=6e-4)) == poisson_interval(count)


def test_time_in_alert_is_the_union_within_the_span() -> None:
    found = [p.episodes[0] for p in (page(0, 20), page(10, 30), page(50, None), page(-50, -10))]

    assert pytest.approx(0.8) == time_in_alert(found, start=0, end=100)


def test_reset_is_unknown_while_a_page_has_not_resolved() -> None:
    (outcome,) = outcomes([page(11 * MINUTE, None)], [incident("a", 10, 20)], EXACT)

    assert (True, None) == (outcome.detected, outcome.reset)


def test_an_alert_that_fires_all_the_time_scores_badly(
    record: Callable[..., MemoryRecording],
    run: Callable[..., Backtest],
    make_alert: Callable[..., object],
) -> None:
    # Two hours with three incidents, all of them while the alert fires.
    source = record({"up": "1*480"})
    start = 1_800_000_000_000
    incidents = [
        Incident(name=str(n), start=start + n * 30 * MINUTE, end=start + (n * 30 + 10) * MINUTE)
        for n in (1, 2, 3)
    ]

    result = run(source, make_alert("up == 1"), incidents=incidents).score

    assert (0, 3) == (result.detected, result.incidents)
    assert (1, 0.0, 0.0) == (result.false_pages, result.precision, result.recall)
    assert result.time_in_alert > 0.99


def test_a_page_after_the_deadline_is_right_but_of_no_use() -> None:
    late = attrs.evolve(EXACT, deadline=Duration(3 * MINUTE))
    incidents = [incident("a", 10, 20), incident("b", 100, 110)]
    pages = [page(12 * MINUTE, 15 * MINUTE), page(105 * MINUTE, None)]

    result = scored(pages, incidents, late)

    assert (1, 2, 0, 1.0) == (
        result.detected,
        result.true_pages,
        result.false_pages,
        result.precision,
    )
    # Two minutes, and one missed: half of all were known of within 2 minutes, all within 5.
    assert ((2 * MINUTE, 0.5), (5 * MINUTE, 1.0)) == result.recall_within
    assert result.delay_median is None


def test_a_time_that_is_ignored_counts_for_nothing() -> None:
    """Half of two weeks is ignored: the pages of it are neither, and false ones come in half the time."""
    fortnight = 2 * WEEK // MINUTE
    test = attrs.evolve(incident("test", 0, fortnight // 2), ignore=True)
    pages = [page(60 * MINUTE, None), page(WEEK + MINUTE, None)]

    result = scored(pages, [test], end=2 * WEEK)

    assert (0, 0, 1, 1) == (
        result.incidents,
        result.true_pages,
        result.ignored_pages,
        result.false_pages,
    )
    assert (1.0, 1.0) == (result.false_per_week, result.pages_per_week)


def test_an_incident_that_must_wake_somebody_is_not_told_by_a_ticket() -> None:
    urgent = attrs.evolve(incident("a", 10, 20), severity=Severity.PAGE)
    told = page(12 * MINUTE, 15 * MINUTE)
    ticket = attrs.evolve(told, severity=Severity.TICKET)

    assert (1, 0) == (scored([told], [urgent]).detected, scored([ticket], [urgent]).detected)
    assert 0 == scored([ticket], [urgent]).false_pages


def test_shifts_and_office_hours_by_hand() -> None:
    hour = 60 * MINUTE
    monday = 4 * 24 * hour  # 1970-01-05
    # Three within twelve hours of a working day, one of them after six; one on Saturday noon.
    onsets = [monday + 9 * hour, monday + 17 * hour, monday + 20 * hour, monday + 132 * hour]

    result = score(
        [page(onset, onset + 1) for onset in onsets], [], [], start=monday, end=monday + WEEK,
        tolerance=EXACT,
    )  # fmt: skip

    assert (3, 2) == (result.worst_shift, result.off_hours)
    assert pytest.approx(4 / 14) == result.pages_per_shift


def test_a_random_pager_of_the_same_rate_by_hand() -> None:
    """One page in ten days, one incident of a day: chance finds it with 1 − e^(−1/10)."""
    day = 24 * 60
    result = scored(
        [page(3 * day * MINUTE, None)], [incident("a", 3 * day, 4 * day)], end=10 * day * MINUTE
    )

    assert pytest.approx(1 - math.exp(-0.1)) == result.chance_recall
    assert pytest.approx(1 / (1 - math.exp(-0.1))) == result.lift


def test_resampling_is_the_same_every_time_and_holds_the_estimate() -> None:
    day = 24 * 60
    incidents = [incident(str(n), n * day + 60, n * day + 120) for n in range(20)]
    pages = [page((n * day + 70) * MINUTE, (n * day + 90) * MINUTE) for n in range(0, 20, 2)]
    pages += [page((n * day + 900) * MINUTE, (n * day + 910) * MINUTE) for n in range(5)]

    first, again = (scored(pages, incidents, end=20 * day * MINUTE) for _ in range(2))

    assert first == again
    assert first.recall_interval is not None
    assert first.precision_interval is not None
    # Ten of twenty: the normal interval of a share is 0.5 ± 0.22.
    assert first.recall_interval == pytest.approx((0.28, 0.72), abs=0.04)
    assert first.precision_interval[0] < 10 / 15 < first.precision_interval[1]


@pytest.mark.parametrize(
    ("changed", "of", "probability"),
    [(0, 0, 1.0), (0, 5, 2 / 32), (1, 6, 14 / 64), (3, 6, 1.0), (0, 10, 2 / 1024)],
)
def test_the_sign_test_is_exact(changed: int, of: int, probability: float) -> None:
    assert pytest.approx(probability) == binomial_test(changed, of)


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    # Clopper and Pearson 1934; for all of n the lower end is 0.025^(1/n).
    [(6, 6, 0.5407, 1.0), (0, 6, 0.0, 0.4593), (5, 10, 0.1871, 0.8129), (1, 4, 0.0063, 0.8059)],
)
def test_the_binomial_interval_is_exact(
    successes: int, trials: int, low: float, high: float
) -> None:
    assert (pytest.approx(low, abs=1e-4), pytest.approx(high, abs=1e-4)) == binomial_interval(
        successes, trials
    )


def test_six_of_six_is_not_certainty() -> None:
    incidents = [incident(str(n), 100 * n, 100 * n + 50) for n in range(6)]
    pages = [page((100 * n + 5) * MINUTE, (100 * n + 55) * MINUTE) for n in range(6)]

    result = scored(pages, incidents)

    assert (pytest.approx(0.5407, abs=1e-4), 1.0) == result.recall_interval


PAGES = st.lists(
    st.tuples(st.integers(0, 2000), st.integers(1, 300), st.sampled_from(["Hot", "Cold"])),
    max_size=15,
)
INCIDENTS = st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 200)), max_size=8)


@hypothesis.settings(max_examples=60)
@hypothesis.given(PAGES, INCIDENTS, st.integers(0, 60))
def test_scores_hold_together(
    pages: list[tuple[int, int, str]], incidents: list[tuple[int, int]], more: int
) -> None:
    sent = [page(at * MINUTE, (at + for_) * MINUTE, name) for at, for_, name in pages]
    happened = [incident(str(n), at, at + for_) for n, (at, for_) in enumerate(incidents)]
    end = 2500 * MINUTE

    result = scored(sent, happened, end=end)

    assert result.true_pages + result.false_pages + result.ignored_pages == len(sent)
    assert 0 <= result.detected <= len(happened)
    if sent:
        assert result.precision == result.true_pages / len(sent)
    assert result.false_per_week_low <= result.false_per_week <= result.false_per_week_high
    assert 0 <= result.time_in_alert <= 1
    shares = [share for _, share in result.recall_within]
    assert shares == sorted(shares)
    assert (shares[-1] if shares else 0) == (result.recall or 0)
    # A wider tolerance never loses an incident, and an earlier deadline never wins one.
    wide = Tolerance(early=Duration(more * MINUTE), late=Duration(more * MINUTE))
    assert scored(sent, happened, wide, end).detected >= result.detected
    hasty = attrs.evolve(EXACT, deadline=Duration(more * MINUTE))
    assert scored(sent, happened, hasty, end).detected <= result.detected
    # The order in which things are listed means nothing.
    assert scored(sent[::-1], happened[::-1], end=end) == result
