"""The simulation sends what a real Alertmanager sends: the same notifications, in the same order.

Runs against real servers are kept under `recorded/`. `MIXWRIGHT_RECORD=1` writes the run of today there.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path
from typing import Any

import pytest
from tests.alertmanager.live import find, fires, play, resolves, silenced, simulated, version

RECORDED = Path(__file__).parent / "recorded"
TOLERANCE = 700
"""Milliseconds by which a notification of a busy machine may come later than it should."""
PROGRAMS = [
    os.environ.get("MIXWRIGHT_ALERTMANAGER", ""),
    find("prometheus-alertmanager") or "",
]
CONFIG = """\
route:
  receiver: main
  group_by: [case, room]
  group_wait: 1s
  group_interval: 4s
  repeat_interval: 9s
  routes:
  - receiver: quiet
    match: {case: quiet}
  - receiver: main
    matchers: ['{case="both"}']
    continue: true
    repeat_interval: 1h
    routes:
    - receiver: third
      match_re: {room: "attic|cellar"}
      group_by: ['...']
    - receiver: second
      matchers: [room !~ "attic|cellar", room!=""]
      group_interval: 3s
  - receiver: second
    matchers: ["case = both"]
    group_by: []
    repeat_interval: 1h
  - receiver: main
    matchers: [case="muted"]
    mute_time_intervals: [until the minute]
  - receiver: main
    matchers: [case="active"]
    active_time_intervals: [from the minute]
  - receiver: main
    matchers: [case="slow"]
    group_wait: 6s
inhibit_rules:
- source_matchers: [level="node"]
  target_matchers: [level="pod"]
  equal: [node]
- source_match: {level: pair}
  target_match_re: {level: "pair|single"}
  equal: [case]
time_intervals:
- name: until the minute
  time_intervals:
  - times: [{start_time: "00:00", end_time: "MINUTE"}]
    location: UTC
- name: from the minute
  time_intervals:
  - times: [{start_time: "MINUTE", end_time: "24:00"}]
receivers:
- name: main
  webhook_configs:
  - {url: "http://127.0.0.1:PORT/main"}
- name: second
  webhook_configs:
  - {url: "http://127.0.0.1:PORT/second"}
- name: third
  webhook_configs:
  - {url: "http://127.0.0.1:PORT/third"}
- name: quiet
  webhook_configs:
  - {url: "http://127.0.0.1:PORT/quiet", send_resolved: false}
  - {url: "http://127.0.0.1:PORT/loud"}
"""
SECONDS = 34.0
POSTS = [
    # Grouping: two at once, a third with the next flush, repeated when all is quiet.
    fires(0.0, case="group", room="a", n="1"),
    fires(0.5, case="group", room="a", n="2"),
    fires(3.0, case="group", room="a", n="3"),
    fires(0.2, case="group", room="b"),
    # Told, resolved, told; back before its end was noticed; over before anybody was told.
    fires(0.3, case="resolved"),
    resolves(6.0, 0.3, case="resolved"),
    fires(0.4, case="flap"),
    resolves(2.0, 0.4, case="flap"),
    fires(3.5, case="flap"),
    fires(0.6, case="short"),
    resolves(1.2, 0.6, case="short"),
    # One of two resolves, for receivers who want to hear of it and who do not.
    fires(0.7, case="some", n="1"),
    fires(0.7, case="some", n="2"),
    resolves(4.0, 0.7, case="some", n="1"),
    fires(0.8, case="quiet", n="1"),
    fires(0.8, case="quiet", n="2"),
    resolves(4.1, 0.8, case="quiet", n="1"),
    resolves(15.0, 0.8, case="quiet", n="2"),
    # A node hides its pods while it is down, not those of others; a pair hides a single, not itself.
    fires(1.0, case="inhibited", level="node", node="x", room="x"),
    fires(1.1, case="inhibited", level="pod", node="x", room="px"),
    fires(1.1, case="inhibited", level="pod", node="y", room="py"),
    resolves(9.5, 1.0, case="inhibited", level="node", node="x", room="x"),
    fires(1.2, case="pairs", level="pair", room="p"),
    fires(1.3, case="pairs", level="single", room="s"),
    # Silenced before it is told; told, silenced, and over while it is.
    silenced(0.1, 8.0, case="silenced"),
    fires(1.4, case="silenced"),
    fires(1.5, case="hushed"),
    silenced(4.0, 20.0, case="hushed"),
    resolves(8.0, 1.5, case="hushed"),
    # Of two, one is silenced and resolves; the other goes on.
    fires(1.6, case="partly", n="1"),
    fires(1.6, case="partly", n="2"),
    silenced(4.2, 30.0, case="partly", n="1"),
    resolves(9.0, 1.6, case="partly", n="1"),
    # Several receivers, one group of all labels, one group of all alerts.
    fires(1.8, case="both", room="attic", n="1"),
    fires(1.8, case="both", room="cellar", n="2"),
    fires(2.0, case="both", room="hall", n="3"),
    fires(7.0, case="both", room="hall", n="4"),
    fires(2.1, case="both"),
    resolves(12.0, 2.0, case="both", room="hall", n="3"),
    # Nothing more is heard of it; it is heard of again.
    fires(2.2, until=7.0, case="forgotten"),
    fires(2.3, until=7.0, case="remembered"),
    fires(6.0, until=12.0, start=2.3, case="remembered"),
    fires(14.5, until=40.0, start=2.3, case="late", room="back"),
    # Firing for long when it arrives: told at once.
    fires(2.4, start=-60.0, case="old"),
    fires(2.6, case="slow"),
    resolves(5.0, 2.6, case="slow"),
    fires(2.7, case="muted"),
    fires(2.8, case="active"),
    # Sent again after its end, as Prometheus does for a quarter of an hour, while others change.
    fires(2.9, case="again", n="1"),
    fires(2.9, case="again", n="2"),
    resolves(5.1, 2.9, case="again", n="1"),
    fires(9.1, case="again", n="3"),
    fires(9.6, until=5.1, start=2.9, case="again", n="1"),
    fires(13.3, until=5.1, start=2.9, case="again", n="1"),
    fires(17.9, until=5.1, start=2.9, case="again", n="1"),
    # Back after its group is gone.
    fires(3.1, case="back"),
    resolves(5.2, 3.1, case="back"),
    fires(13.8, case="back"),
]  # fmt: skip
MODERN = (0, 31)
"""Older ones keep an empty group for half a minute, and inherit `group_by` where it is an empty list."""


def recorded() -> list[Path]:
    return sorted(RECORDED.glob("*.json"))


@pytest.mark.parametrize("path", recorded(), ids=lambda path: path.stem)
def test_recorded_runs_of_real_servers_are_simulated(path: Path, tmp_path: Path) -> None:
    case = json.loads(path.read_text("utf-8"))

    assert_same(case, tmp_path)


@pytest.mark.slow
@pytest.mark.parametrize("program", PROGRAMS, ids=["newest", "installed"])
def test_a_real_alertmanager_sends_the_same(program: str, tmp_path: Path) -> None:
    if not program:
        pytest.skip("no Alertmanager; install one or set MIXWRIGHT_ALERTMANAGER to its path")
    number = version(program)
    modern = tuple(map(int, number.split(".")[:2])) >= MODERN
    posts = [post for post in POSTS if modern or post.labels["case"] != "back"]
    config = CONFIG if modern else CONFIG.replace("group_by: []", "group_by: [case]")
    # So that the minute turns, and routes with it, while the script runs.
    time.sleep((40 - time.time()) % 60 if not 30 <= time.time() % 60 <= 45 else 0)
    minute = time.strftime("%H:%M", time.gmtime(time.time() + 60))
    if minute == "00:00":
        pytest.skip("the day ends while the test runs")

    case = play(program, config.replace("MINUTE", minute), posts, SECONDS, tmp_path)

    if os.environ.get("MIXWRIGHT_RECORD"):
        RECORDED.joinpath(f"{number}.json").write_text(json.dumps(case, indent=1) + "\n", "utf-8")
    assert_same(case, tmp_path)


def assert_same(case: dict[str, Any], folder: Path) -> None:
    """Compare sequences of each receiver and group, and the time of every single notification."""
    expected, found = by_group(case["received"]), by_group(simulated(case, folder))
    assert {key: [said(one) for one in all_] for key, all_ in expected.items()} == {
        key: [said(one) for one in all_] for key, all_ in found.items()
    }
    late = {
        (key, one["at"]): one["at"] - two["at"]
        for key in expected
        for one, two in zip(expected[key], found[key], strict=True)
        if not -100 <= one["at"] - two["at"] <= TOLERANCE
    }
    assert late == {}
    assert len(case["received"]) > 40


def by_group(notifications: list[dict[str, Any]]) -> dict[tuple[str, str], list[dict[str, Any]]]:
    groups: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for one in notifications:
        key = one["path"], json.dumps(one["group"], sort_keys=True)
        groups.setdefault(key, []).append(one)
    return groups


def said(notification: dict[str, Any]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    return notification["firing"], notification["resolved"]
