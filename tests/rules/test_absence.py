from __future__ import annotations

from mixwright import promql
from mixwright.standard.rules import absence

UP = promql("up")
DOWN = absence.target_down(UP, hold="1m", keep_firing="0s")
ALL_DOWN = absence.all_down(UP, by=("job",), hold="1m")
GONE = absence.gone(promql('up{job="web"}'), what="web servers", hold="2m")
A, B = 'up{job="web",instance="a"}', 'up{job="web",instance="b"}'


def test_a_dead_target_fires(firing):
    assert firing(DOWN, {A: [1] * 5 + [0] * 3, B: [1] * 8}) == [
        {"alertname": DOWN.name, "job": "web", "instance": "a"}
    ]


def test_a_lost_scrape_stays_silent(firing):
    assert firing(DOWN, {A: [1] * 5 + [0, 1, 1]}) == []


def test_a_gap_is_no_death(firing):
    assert firing(DOWN, {A: [1] * 5 + [None] * 3}) == []


def test_one_of_two_dead_is_not_all(firing):
    assert firing(ALL_DOWN, {A: [0] * 8, B: [1] * 8}) == []


def test_both_dead_are_all(firing):
    assert firing(ALL_DOWN, {A: [0] * 8, B: [1] * 5 + [0] * 3}) == [
        {"alertname": ALL_DOWN.name, "job": "web"}
    ]


def test_a_target_doubled_by_a_restart_is_no_error(firing):
    again = 'up{job="web",instance="a",pod="2"}'
    assert firing(ALL_DOWN, {A: [0] * 8, again: [1] * 8}) == []


def test_dead_targets_are_gone(firing):
    assert firing(GONE, {A: [1] * 5 + [0] * 5}) == [{"alertname": GONE.name}]


def test_targets_that_are_no_longer_known_are_gone(firing):
    assert firing(GONE, {A: [1] * 5, 'up{job="shop"}': [1] * 15}) == [{"alertname": GONE.name}]


def test_one_living_target_is_not_gone(firing):
    assert firing(GONE, {A: [0] * 10, B: [1] * 10}) == []
