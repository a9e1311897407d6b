from __future__ import annotations

from mixwright import promql
from mixwright.standard.rules import errors

TOO_MANY = errors.too_many(promql("errs"), promql("packets"), hold="2m")
HAPPENED = errors.happened(promql("kills"), what="a kill")
ERRS, PACKETS, KILLS = 'errs{device="eth0"}', 'packets{device="eth0"}', 'kills{instance="a"}'
FIRES = [{"alertname": TOO_MANY.name, "device": "eth0"}]


def rising(each, minutes=15):
    return [float(each * m) for m in range(minutes)]


def test_many_errors_fire(firing):
    assert firing(TOO_MANY, {ERRS: rising(50), PACKETS: rising(1000)}) == FIRES


def test_few_errors_stay_silent(firing):
    assert firing(TOO_MANY, {ERRS: rising(5), PACKETS: rising(1000)}) == []


def test_little_traffic_stays_silent(firing):
    assert firing(TOO_MANY, {ERRS: rising(1), PACKETS: rising(2)}) == []


def test_no_traffic_stays_silent(firing):
    assert firing(TOO_MANY, {ERRS: [3] * 15, PACKETS: [9] * 15}) == []


def test_a_gap_hides_nothing(firing):
    gap = {n: [*rising(x)[:11], None, *rising(x)[12:]] for n, x in ((ERRS, 50), (PACKETS, 1000))}
    assert firing(TOO_MANY, gap) == FIRES


def test_a_restart_stays_silent(firing):
    restarted = {ERRS: [90] * 10 + [0] * 5, PACKETS: rising(1000, 10) + rising(1000, 5)}
    assert firing(TOO_MANY, restarted) == []


def test_a_doubled_device_fires_for_itself(firing):
    again = {'errs{device="eth1"}': [0] * 15, 'packets{device="eth1"}': rising(1000)}
    assert firing(TOO_MANY, {ERRS: rising(50), PACKETS: rising(1000), **again}) == FIRES


def test_an_event_fires(firing):
    assert firing(HAPPENED, {KILLS: [2] * 10 + [3] * 5}) == [
        {"alertname": HAPPENED.name, "instance": "a"}
    ]


def test_a_counter_that_stands_still_stays_silent(firing):
    assert firing(HAPPENED, {KILLS: [2] * 15}) == []


def test_an_event_after_a_restart_fires(firing):
    assert len(firing(HAPPENED, {KILLS: [5] * 8 + [0] * 3 + [1] * 4})) == 1


def test_a_counter_that_was_set_back_stays_silent(firing):
    assert firing(HAPPENED, {KILLS: [2] * 10 + [0] * 5}) == []
