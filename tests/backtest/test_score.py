"""Scores, recomputed by hand."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mixwright.backtest import Backtest, Episode, Incident, Page, Score, Tolerance
from mixwright.backtest.score import WEEK, outcomes, poisson_interval, score, time_in_alert
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
    return Page(alert=alert, severity=Severity.PAGE, onset=onset, episodes=(episode,))


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
