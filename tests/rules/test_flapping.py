from __future__ import annotations

from mixwright import promql
from mixwright.standard.rules import flapping

FLAPPING = flapping.flapping(promql("up"), keep_firing="0s")
FIRES = [{"alertname": FLAPPING.name, "job": "web"}]
UP = 'up{job="web"}'


def test_a_target_that_comes_and_goes_fires(firing):
    assert firing(FLAPPING, {UP: [1] * 10 + [0, 1] * 3}) == FIRES


def test_one_restart_stays_silent(firing):
    assert firing(FLAPPING, {UP: [1] * 10 + [0, 0, 1, 1]}) == []


def test_a_rolling_deployment_stays_silent(firing):
    assert firing(FLAPPING, {UP: [1] * 4 + [0, 1, 1, 1, 0, 1, 1, 1]}) == []


def test_gaps_are_no_changes(firing):
    assert firing(FLAPPING, {UP: [1, None] * 8}) == []


def test_a_doubled_target_fires_for_itself(firing):
    again = 'up{job="web",replica="2"}'
    assert firing(FLAPPING, {UP: [1] * 10 + [0, 1] * 3, again: [1] * 16}) == FIRES
