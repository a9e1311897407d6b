from __future__ import annotations

from mixwright import promql
from mixwright.standard.rules import traffic

DROPPED = traffic.dropped(promql("rps"), hold="2m")
FIRES = [{"alertname": DROPPED.name, "job": "web"}]
RATE = 'rps{job="web"}'


def test_a_drop_fires(firing):
    assert firing(DROPPED, {RATE: [100] * 90 + [10] * 5}) == FIRES


def test_steady_traffic_stays_silent(firing):
    assert firing(DROPPED, {RATE: [100] * 95}) == []


def test_a_slow_swing_stays_silent(firing):
    assert firing(DROPPED, {RATE: [100 - m / 3 for m in range(95)]}) == []


def test_traffic_that_vanishes_with_its_series_fires(firing):
    assert firing(DROPPED, {RATE: [100] * 90, 'up{job="web"}': [0] * 105}) == FIRES


def test_little_traffic_stays_silent(firing):
    assert firing(DROPPED, {RATE: [0.5] * 90 + [0] * 5}) == []


def test_a_young_service_stays_silent(firing):
    assert firing(DROPPED, {RATE: [100] * 30 + [10] * 5}) == []


def test_a_gap_stays_silent(firing):
    assert firing(DROPPED, {RATE: [100] * 80 + [None] * 4 + [100] * 11}) == []


def test_a_drop_after_a_gap_fires(firing):
    assert firing(DROPPED, {RATE: [100] * 45 + [None] * 8 + [100] * 37 + [10] * 5}) == FIRES


def test_a_drop_is_not_compared_with_itself(firing):
    assert firing(DROPPED, {RATE: [100] * 90 + [45] * 20}) == FIRES


def test_each_of_two_services_is_its_own(firing):
    other = RATE.replace("web", "shop")
    assert firing(DROPPED, {RATE: [100] * 90 + [10] * 5, other: [100] * 95}) == FIRES


def nights(days):
    """Traffic at ten times the rate by day: a sample every five minutes."""
    return ([10.0] * 96 + [100.0] * 192) * days


def test_the_third_night_is_no_drop(firing):
    evening = [*nights(3), *[10.0] * 4]
    assert firing(DROPPED, {RATE: evening}, every="5m") == []


def test_the_second_night_is_one(firing):
    evening = [*nights(2), *[10.0] * 4]
    assert firing(DROPPED, {RATE: evening}, every="5m") == FIRES
