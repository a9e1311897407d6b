from __future__ import annotations

from mixwright import promql
from mixwright.standard.rules import filesystem

LABELS = 'instance="a",device="/dev/sda",mountpoint="/data"'
FLAG, SIZE = f"ro{{{LABELS}}}", f"size{{{LABELS}}}"
READ_ONLY = filesystem.read_only(promql("ro"), size=promql("size"), hold="2m")
FIRES = [
    {"alertname": READ_ONLY.name, "instance": "a", "device": "/dev/sda", "mountpoint": "/data"}
]


def test_a_filesystem_that_becomes_read_only_fires(firing):
    assert firing(READ_ONLY, {FLAG: [0] * 10 + [1] * 5, SIZE: [9] * 15}) == FIRES


def test_a_writable_one_stays_silent(firing):
    assert firing(READ_ONLY, {FLAG: [0] * 15, SIZE: [9] * 15}) == []


def test_one_that_always_was_read_only_stays_silent(firing):
    assert firing(READ_ONLY, {FLAG: [1] * 15, SIZE: [9] * 15}) == []


def test_a_gap_hides_nothing(firing):
    assert firing(READ_ONLY, {FLAG: [0] * 9 + [None, None] + [1] * 4, SIZE: [9] * 15}) == FIRES


def test_a_device_mounted_twice_fires_once(firing):
    again = LABELS.replace("/data", "/var/lib/pods/7/data")
    flags, size = [0] * 10 + [1] * 5, [9] * 15
    series = {FLAG: flags, SIZE: size, f"ro{{{again}}}": flags, f"size{{{again}}}": size}
    assert len(firing(READ_ONLY, series)) == 1
