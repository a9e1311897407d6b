from __future__ import annotations

from mixwright import promql
from mixwright.standard.rules import season

BELOW = season.below_usual(promql("rps"), hold="10m")
FIRES = [{"alertname": BELOW.name, "job": "web"}]
RATE = 'rps{job="web"}'
DAY = [10.0] * 96 + [100.0] * 192  # a sample every five minutes


def test_a_noon_like_a_night_fires(firing):
    assert firing(BELOW, {RATE: DAY * 3 + DAY[:150] + [20.0] * 4}, every="5m") == FIRES


def test_a_night_like_all_nights_stays_silent(firing):
    assert firing(BELOW, {RATE: DAY * 3 + DAY[:50]}, every="5m") == []


def test_one_holiday_among_the_former_days_is_forgiven(firing):
    former = DAY + [5.0] * 288 + DAY
    assert firing(BELOW, {RATE: former + DAY[:150]}, every="5m") == []
    assert firing(BELOW, {RATE: former + DAY[:150] + [20.0] * 4}, every="5m") == FIRES


def test_two_former_days_are_too_few(firing):
    assert firing(BELOW, {RATE: DAY * 2 + DAY[:150] + [20.0] * 4}, every="5m") == []


def test_little_traffic_stays_silent(firing):
    little = [x / 200 for x in DAY * 3 + DAY[:150] + [0.0] * 4]
    assert firing(BELOW, {RATE: little}, every="5m") == []


def test_a_gap_in_a_former_day_hides_nothing(firing):
    values = DAY * 3 + DAY[:150] + [20.0] * 4
    values[288 + 150 : 288 + 153] = [None] * 3
    assert firing(BELOW, {RATE: values}, every="5m") == FIRES


def test_each_of_two_services_is_its_own(firing):
    low = DAY * 3 + DAY[:150] + [20.0] * 4
    series = {RATE: low, 'rps{job="shop"}': DAY * 3 + DAY[:154]}
    assert firing(BELOW, series, every="5m") == FIRES
