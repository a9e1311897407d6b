"""Staleness markers where there were none: at the scrapes that did not have a series any more."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mixwright.frame import Histogram, Samples, is_stale
from mixwright.recordings.staleness import with_markers

from .conftest import START, series

STEP = 15_000
END = START + 40 * STEP


def _times(*scrapes: int) -> list[int]:
    return [START + scrape * STEP for scrape in scrapes]


def _samples(name: str, times: Sequence[int], **labels: str) -> Samples:
    return Samples.of([series(name, times, [1.0] * len(times), **labels)])


def _markers(samples: Samples, number: int = 0) -> list[float]:
    times, values = samples.series(number)
    return ((times[is_stale(values)] - START) / STEP).tolist()


UP = _samples("up", _times(*range(41)), job="web", instance="a")
NOBODY = Samples.of([])


@pytest.mark.parametrize(
    ("scrapes", "markers"),
    [
        (range(41), []),
        (range(20), [20]),
        ((*range(10), *range(11, 41)), [10]),
        ((5,), [6]),
        ((0, 2, 4, 40), [1, 3, 5]),
    ],
)
def test_a_series_ends_at_the_first_scrape_of_its_target_without_it(
    scrapes: Sequence[int], markers: list[int]
) -> None:
    found = with_markers(_samples("m", _times(*scrapes), job="web", instance="a", x="1"), UP, END)

    assert _markers(found) == markers


def test_the_series_of_a_target_that_is_taken_away_end_with_it() -> None:
    scrapes = _times(*range(20))
    up = _samples("up", scrapes, job="web", instance="a")

    assert _markers(with_markers(up, up, END)) == [20]
    assert _markers(with_markers(_samples("m", scrapes, job="web", instance="a"), up, END)) == [20]


@pytest.mark.parametrize(
    ("scrapes", "markers"),
    [
        (range(41), []),
        (range(38), []),
        (range(37), [37]),
        ((*range(10), *range(12, 41)), []),
        ((*range(10), *range(13, 41)), [10]),
        ((*range(10), *range(14, 20)), [10, 20]),
    ],
)
def test_without_a_target_long_gaps_are_ends(scrapes: Sequence[int], markers: list[int]) -> None:
    assert _markers(with_markers(_samples("m", _times(*scrapes)), NOBODY, END)) == markers


def test_times_of_its_own_make_a_series_independent_of_its_target() -> None:
    times = [time + 77 for time in _times(*range(0, 20, 2))]
    found = with_markers(_samples("m", times, job="web", instance="a"), UP, END)

    assert found.times.tolist() == [*times, times[-1] + 2 * STEP]


def test_the_most_precise_target_counts() -> None:
    ups = [
        series("up", _times(*range(41)), [1.0] * 41, job="web", instance="a"),
        series("up", _times(*range(0, 41, 2)), [1.0] * 21, job="web", instance="a", shard="1"),
    ]
    samples = _samples("m", _times(0, 2, 4), job="web", instance="a", shard="1")

    assert _markers(with_markers(samples, Samples.of(ups), END)) == [6]


def test_a_single_sample_has_the_usual_interval() -> None:
    both = Samples.of(
        [series("a", _times(*range(41)), [1.0] * 41), series("b", _times(3), [1.0])],
    )
    assert _markers(with_markers(both, NOBODY, END), 1) == [4]


def test_one_sample_alone_says_nothing_about_intervals() -> None:
    assert _markers(with_markers(_samples("m", _times(3)), NOBODY, END)) == []


def test_native_histograms_stay_what_they_are() -> None:
    histogram = Histogram(count=1.0, sum=2.0, positive={1: 1.0})
    labels, times, values = series("h", _times(0, 1, 2, 20), [np.nan, np.nan, 1.0, np.nan])
    objects = np.array([histogram, histogram, None, histogram], object)
    found = with_markers(Samples.of([(labels, times, values, objects)]), NOBODY, _times(22)[0])

    assert found.histograms is not None
    assert found.histograms.tolist() == [histogram, histogram, None, None, histogram]
    assert is_stale(found.values).tolist() == [False, False, False, True, False]


@given(st.sets(st.integers(0, 40), min_size=1), st.integers(0, 43))
def test_markers_lie_between_samples_and_before_the_end(scrapes: set[int], end: int) -> None:
    times = _times(*sorted(scrapes))
    samples = _samples("m", times, job="web", instance="a")
    found = with_markers(samples, UP, max(times[-1], START + end * STEP))
    kept = ~is_stale(found.values)

    assert found.times[kept].tolist() == times
    assert (np.diff(found.times) > 0).all()
    # Every scrape that lacks the series comes after one that has a marker, or before the first sample.
    missing = sorted(set(range(41)) - scrapes)
    expected = [n for n in missing if n - 1 in scrapes]
    assert _markers(found) == expected
