from __future__ import annotations

from mixwright import promql
from mixwright.standard.rules import saturation

SHARE = saturation.share(promql("taken"), promql("limit"))
HIGH = saturation.high(SHARE, above=0.8, what="slots", hold="2m", keep_firing="0s")
FIRES = [{"alertname": HIGH.name, "instance": "a"}]
TAKEN, LIMIT = 'taken{instance="a"}', 'limit{instance="a"}'


def test_a_full_resource_fires(firing):
    assert firing(HIGH, {TAKEN: [9] * 15, LIMIT: [10] * 15}) == FIRES


def test_a_free_resource_stays_silent(firing):
    assert firing(HIGH, {TAKEN: [7] * 15, LIMIT: [10] * 15}) == []


def test_a_peak_stays_silent(firing):
    assert firing(HIGH, {TAKEN: [5] * 10 + [10] * 2 + [5] * 3, LIMIT: [10] * 15}) == []


def test_a_gap_hides_nothing(firing):
    taken = [9] * 9 + [None] * 2 + [9] * 4
    assert firing(HIGH, {TAKEN: taken, LIMIT: [10] * 15}) == FIRES


def test_a_resource_without_limit_stays_silent(firing):
    assert firing(HIGH, {TAKEN: [0] * 15, LIMIT: [0] * 15}) == []


def test_a_doubled_series_fires_for_itself(firing):
    again = 'taken{instance="a",replica="2"}', 'limit{instance="a",replica="2"}'
    series = {TAKEN: [9] * 15, LIMIT: [10] * 15, again[0]: [5] * 15, again[1]: [10] * 15}
    assert firing(HIGH, series) == FIRES
