from __future__ import annotations

import pytest

from mixwright import promql
from mixwright.standard.rules import disk

LABELS = 'instance="a",device="/dev/sda",mountpoint="/data"'
FREE, SIZE = f"free{{{LABELS}}}", f"size{{{LABELS}}}"
FILLS = disk.fills_within(
    "1h",
    free=promql("free"),
    size=promql("size"),
    lookback="20m",
    fuller_than=0.5,
    hold="3m",
    keep_firing="0s",
)
FULL = disk.almost_full(free=promql("free"), size=promql("size"), hold="2m")
FIRES = [
    {"alertname": FILLS.name, "instance": "a", "device": "/dev/sda", "mountpoint": "/data"},
]
FLAT = [40.0] * 40
FALLING = [40.0 - minute for minute in range(18)]


def test_a_filling_disk_fires(firing):
    assert firing(FILLS, {FREE: FLAT + FALLING, SIZE: [100] * 58}) == FIRES


def test_a_flat_disk_stays_silent(firing):
    assert firing(FILLS, {FREE: FLAT, SIZE: [100] * 40}) == []


def test_an_emptying_disk_stays_silent(firing):
    assert firing(FILLS, {FREE: [10 + m / 2 for m in range(58)], SIZE: [100] * 58}) == []


def test_a_filling_disk_with_room_stays_silent(firing):
    assert firing(FILLS, {FREE: FLAT + FALLING, SIZE: [50] * 58}) == []


def test_log_rotation_stays_silent(firing):
    saw = [40 - 4 * (minute % 7) / 7 for minute in range(55)]
    ends = range(41, 55)  # wherever in its tooth the log is
    assert [firing(FILLS, {FREE: saw[:end], SIZE: [100] * end}) for end in ends] == [[]] * 14


def test_a_young_filesystem_stays_silent(firing):
    assert firing(FILLS, {FREE: FALLING, SIZE: [100] * 18}) == []


def test_a_gap_hides_nothing(firing):
    gap = [None] * 6
    free = FLAT[:20] + gap + FLAT[26:] + FALLING[:5] + gap[:3] + FALLING[8:]
    assert firing(FILLS, {FREE: free, SIZE: [100] * 58}) == FIRES


def test_a_device_mounted_twice_fires_once(firing):
    again = LABELS.replace("/data", "/var/lib/pods/7/data")
    values, size = FLAT + FALLING, [100] * 58
    series = {FREE: values, SIZE: size, f"free{{{again}}}": values, f"size{{{again}}}": size}
    assert len(firing(FILLS, series)) == 1


def test_a_full_disk_fires(firing):
    assert len(firing(FULL, {FREE: [5] * 9, SIZE: [100] * 9})) == 1


def test_a_short_peak_stays_silent(firing):
    assert firing(FULL, {FREE: [50] * 8 + [5], SIZE: [100] * 9}) == []


def test_a_filesystem_that_counts_no_inodes_stays_silent(firing):
    assert firing(FULL, {FREE: [0] * 9, SIZE: [0] * 9}) == []


@pytest.mark.parametrize("free", ["free", 'free{fstype!="tmpfs"}'])
def test_what_panels_show_is_what_the_alert_compares(free):
    shown = disk.projected(promql(free), lookback="20m", horizon="1h")
    alert = disk.fills_within("1h", free=promql(free), size=promql("size"), lookback="20m")
    assert str(shown) in str(alert.expr)
