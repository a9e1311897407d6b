from __future__ import annotations

import pytest

from mixwright import Alert, DefinitionError, promql
from mixwright.standard.rules import burn

BUDGET = burn.rate(
    errors=promql('requests{code=~"5.."}'), requests=promql("requests"), interval="1m"
)
FAST = [{"alertname": "ErrorBudgetBurnsFast", "job": "web"}]
SLOWLY = [{"alertname": "ErrorBudgetBurnsSlowly", "job": "web"}]
OK, FAILED = 'requests{job="web",code="200"}', 'requests{job="web",code="500"}'


def count(*phases):
    """A counter that grows by `each` for `minutes`, phase by phase, from 0 on."""
    values = [0.0]
    for each, minutes in phases:
        values += [values[-1] + each * (minute + 1) for minute in range(minutes)]
    return values


def test_a_burst_of_errors_pages(firing):
    series = {OK: count((600, 70)), FAILED: count((0, 60), (120, 10))}
    assert firing(BUDGET.groups, series) == FAST


def test_what_fails_from_its_first_minute_pages(firing):
    assert firing(BUDGET.groups, {OK: count((600, 8)), FAILED: count((60, 8))}) == FAST


def test_the_ordinary_error_stays_silent(firing):
    series = {OK: count((1000, 90)), FAILED: [float(m // 4) for m in range(91)]}
    assert firing(BUDGET.groups, series) == []


def test_a_service_without_any_error_stays_silent(firing):
    assert firing(BUDGET.groups, {OK: count((1000, 20))}) == []


def test_a_burst_that_is_over_stays_silent(firing):
    series = {OK: count((600, 85)), FAILED: count((0, 60), (120, 10), (0, 15))}
    assert firing(BUDGET.groups, series) == []


def test_one_error_at_night_stays_silent(firing):
    series = {OK: [m // 5 for m in range(90)], FAILED: [0.0] * 87 + [1.0] * 3}
    assert firing(BUDGET.groups, series) == []


def test_a_short_blip_stays_silent(firing):
    series = {OK: count((600, 70)), FAILED: count((0, 66), (25, 4))}
    assert firing(BUDGET.groups, series) == []


def test_what_is_left_of_a_burst_stays_silent(firing):
    series = {OK: count((6000, 85)), FAILED: count((0, 60), (1200, 10), (3, 15))}
    assert firing(BUDGET.groups, series) == []


def test_one_error_in_a_hundred_pages_after_a_while(firing):
    series = {OK: count((600, 240)), FAILED: count((0, 90), (6, 150))}
    assert firing(BUDGET.groups, series) == FAST


def test_the_failed_share_is_zero_before_the_first_error(firing):
    ratio = burn.ratio(promql('requests{code="500"}'), promql("requests"), over="5m")
    zero = Alert("Zero", expr=ratio.eq(0), severity="log", summary="no errors")
    assert firing(zero, {OK: count((600, 10))}) == [{"alertname": "Zero", "job": "web"}]


def test_a_service_that_stands_still_stays_silent(firing):
    assert firing(BUDGET.groups, {OK: [7] * 90, FAILED: [3] * 90}) == []


def test_a_steady_trickle_opens_a_ticket(firing):
    hours = 13 * 60
    series = {OK: count((600, hours)), FAILED: count((2.4, hours))}
    assert firing(BUDGET.groups, series) == SLOWLY


def test_an_old_burst_opens_no_ticket(firing):
    series = {OK: count((600, 90)), FAILED: count((0, 30), (120, 5), (0, 55))}
    assert firing(BUDGET.groups, series) == []


def test_a_gap_hides_nothing(firing):
    failed = count((0, 60), (120, 10))
    failed[62:64] = [None, None]
    assert firing(BUDGET.groups, {OK: count((600, 70)), FAILED: failed}) == FAST


def test_a_restart_stays_silent(firing):
    before, after = count((1000, 60)), count((1000, 9))
    errors = [3.0] * 61 + [0.0] * 10
    assert firing(BUDGET.groups, {OK: before + after, FAILED: errors}) == []


def test_a_doubled_instance_is_no_error(firing):
    ok, failed = count((600, 70)), count((0, 60), (120, 10))
    twice = {f'{n[:-1]},instance="{i}"}}': v for i in "ab" for n, v in ((OK, ok), (FAILED, failed))}
    assert firing(BUDGET.groups, twice) == FAST


def test_a_budget_that_cannot_burn_so_fast_is_refused():
    with pytest.raises(DefinitionError, match=r"cannot burn 14.4 times as fast; choose a target"):
        burn.rate(errors=promql("e"), requests=promql("r"), target=0.9)
