from __future__ import annotations

from mixwright import promql
from mixwright.standard.rules import clock

SKEWED = clock.skewed(promql("time_seconds"), above=2, hold="3m")
LOST = clock.sync_lost(promql("sync"), hold="2m")
TIME, SYNC = 'time_seconds{instance="a"}', 'sync{instance="a"}'
TRUE = [60.0 * m for m in range(15)]  # these tests begin at the epoch
WRONG = [{"alertname": SKEWED.name, "instance": "a"}]


def test_a_clock_ahead_fires(firing):
    assert firing(SKEWED, {TIME: [t + 3 for t in TRUE]}) == WRONG


def test_a_clock_behind_fires(firing):
    assert firing(SKEWED, {TIME: [t - 3 for t in TRUE]}) == WRONG


def test_a_true_clock_stays_silent(firing):
    assert firing(SKEWED, {TIME: [t + 0.01 for t in TRUE]}) == []


def test_a_gap_makes_no_skew(firing):
    assert firing(SKEWED, {TIME: [*TRUE[:8], None, None, None, None, *TRUE[12:]]}) == []


def test_a_slow_scrape_stays_silent(firing):
    assert firing(SKEWED, {TIME: [*TRUE[:13], TRUE[13] + 5, TRUE[14]]}) == []


def test_a_doubled_series_fires_for_itself(firing):
    again = 'time_seconds{instance="a",replica="2"}'
    assert firing(SKEWED, {TIME: [t + 3 for t in TRUE], again: TRUE}) == WRONG


def test_a_clock_that_is_no_longer_synchronised_fires(firing):
    assert firing(LOST, {SYNC: [1] * 10 + [0] * 10}) == [{"alertname": LOST.name, "instance": "a"}]


def test_a_clock_that_never_was_stays_silent(firing):
    assert firing(LOST, {SYNC: [0] * 20}) == []


def test_a_moment_without_synchronisation_stays_silent(firing):
    assert firing(LOST, {SYNC: [1] * 10 + [0] * 5}) == []
