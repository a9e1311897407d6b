from __future__ import annotations

import pytest

from mixwright import RuleGroup, promql
from mixwright.standard.rules import deviation

Z_SCORE = [RuleGroup("z", rules=deviation.z_score(promql("x"), over="2h", sigmas=3, hold="2m"))]
ROBUST = [RuleGroup("r", rules=deviation.robust(promql("x"), record="x", over="2h", hold="2m"))]
FIRES = [{"alertname": "Unusual", "job": "web"}]
SERIES = 'x{job="web"}'
NOISE = [100 + 3 * ((7 * m) % 5 - 2) for m in range(130)]

each_family = pytest.mark.parametrize("family", [Z_SCORE, ROBUST], ids=["z_score", "robust"])


@each_family
@pytest.mark.parametrize("value", [0, 300])
def test_a_value_far_away_fires(firing, family, value):
    assert firing(family, {SERIES: NOISE + [value] * 4}) == FIRES


@each_family
def test_noise_stays_silent(firing, family):
    assert firing(family, {SERIES: NOISE}) == []


@each_family
def test_a_value_that_wild_noise_might_have_stays_silent(firing, family):
    wild = [100 + 15 * (value - 100) for value in NOISE]
    assert firing(family, {SERIES: wild + [190] * 4}) == []


@each_family
def test_a_constant_stays_silent(firing, family):
    assert firing(family, {SERIES: [100] * 130}) == []


@each_family
def test_many_deviations_of_hardly_any_noise_stay_silent(firing, family):
    almost = [100 + value / 1000 for value in NOISE]
    assert firing(family, {SERIES: almost + [103] * 4}) == []


@each_family
def test_a_young_series_stays_silent(firing, family):
    assert firing(family, {SERIES: NOISE[:40] + [300] * 4}) == []


@each_family
def test_a_gap_hides_nothing(firing, family):
    gap = NOISE[:60] + [None] * 7 + NOISE[67:]
    assert firing(family, {SERIES: gap + [300] * 4}) == FIRES


@each_family
def test_each_of_two_services_is_its_own(firing, family):
    other = [50.0 + value for value in NOISE]
    series = {SERIES: NOISE + [300] * 4, 'x{job="shop"}': other + other[:4]}
    assert firing(family, series) == FIRES


def test_what_was_far_away_before_hardly_moves_the_median(firing):
    before = NOISE[:80] + [300] * 20 + NOISE[:30]
    assert firing(ROBUST, {SERIES: before + [300] * 4}) == FIRES
    assert firing(Z_SCORE, {SERIES: before + [300] * 4}) == []
