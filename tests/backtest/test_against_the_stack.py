"""The simulator tells what a real Alertmanager told of what a real Prometheus made of the same rules and scrapes.

`recordings/stack` keeps the rules, the routing, what the rules wrote, and what receivers were told.
"""

from __future__ import annotations

import json
import struct
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

import attrs
import pytest

from mixwright.alertmanager import read_config
from mixwright.backtest import Backtest, Incident, backtest, read_incidents
from mixwright.frame import Samples
from mixwright.recordings import open_recording
from mixwright.replay.groups import Replay
from mixwright.replay.rules import Group
from mixwright.rulefiles import read_rule_file
from mixwright.values import METRIC_NAME, Labels, Matcher, MatchOp

MINUTE = 60_000
SLACK = 2_000
"""Milliseconds by which a notification may come later: an alert is sent, and a webhook answers."""
HUNG = {"etcd_quorum_lost", "alertmanagers_frozen"}
"""Incidents in which scrapes hang: they are stored ten seconds after their time, when rules have been evaluated."""
HANGS = 30_000 + SLACK

Told: TypeAlias = tuple[str, Labels, frozenset[Labels], frozenset[Labels]]
"""A receiver, a group, and its alerts that fire and that have resolved."""


@attrs.frozen
class Deployed:
    """A rule file under the path that the server read it by, with the name that a backtest gives it."""

    title: str
    rules: tuple[Group, ...]
    rule_file: str
    name: str


@pytest.fixture(scope="module")
def folder(repository: Path) -> Path:
    return repository / "recordings" / "stack"


@pytest.fixture(scope="module")
def incidents(folder: Path) -> dict[str, Incident]:
    return {one.name: one for one in read_incidents(folder / "incidents.yaml")}


@pytest.fixture(scope="module")
def simulated(folder: Path) -> tuple[Backtest, Replay]:
    files = [
        Deployed(path.stem, read_rule_file(path), f"rules/{path.name}", path.stem)
        for path in sorted((folder / "rules").glob("*.yaml"))
    ]
    done: list[Replay] = []
    with open_recording(folder / "metrics") as recording:
        result = backtest(
            files,
            recording,
            alertmanager=read_config(folder / "alertmanager.yml"),
            watch=done.append,
        )
    return result, done[0]


@pytest.fixture(scope="module")
def received(folder: Path) -> list[tuple[int, Told]]:
    found = []
    for line in map(json.loads, (folder / "notifications.jsonl").read_text("utf-8").splitlines()):
        at = datetime.fromisoformat(line["time"]).timestamp() * 1000
        alerts = {
            status: frozenset(
                Labels(alert["labels"]) for alert in line["alerts"] if alert["status"] == status
            )
            for status in ("firing", "resolved")
        }
        found.append((round(at), (line["receiver"], Labels(line["group"]), *alerts.values())))
    return found


@pytest.fixture(scope="module")
def told(simulated: tuple[Backtest, Replay]) -> list[tuple[int, Told]]:
    """What the simulator sends, heartbeats left out."""
    return [
        (
            flush.at,
            (
                sent.receiver,
                flush.group,
                frozenset(alert.labels for alert in sent.firing),
                frozenset(alert.labels for alert in sent.resolved),
            ),
        )
        for flush in simulated[0].flushes
        for sent in flush.notifications
        if sent.receiver != "heartbeat"
    ]


def before(
    end: int, notifications: list[tuple[int, Told]], *, firing: bool
) -> dict[Told, list[int]]:
    """Return when each was sent before a time (ms): those that tell that something fires, or the others."""
    found: dict[Told, list[int]] = {}
    for at, what in notifications:
        if at < end and bool(what[2]) == firing:
            found.setdefault(what, []).append(at)
    return found


def test_receivers_are_told_the_same_at_the_same_time(
    told: list[tuple[int, Told]],
    received: list[tuple[int, Told]],
    incidents: dict[str, Incident],
) -> None:
    # From then on notifications are refused, and come late or never.
    end = incidents["receivers_refuse"].start
    hung = {alert for name in HUNG for alert in incidents[name].alerts}
    ours, theirs = (before(end, what, firing=True) for what in (told, received))

    assert {what: len(at) for what, at in ours.items()} == {
        what: len(at) for what, at in theirs.items()
    }
    for what, times in ours.items():
        allowed = HANGS if what[1]["alertname"] in hung else SLACK
        for at, after in zip(times, theirs[what], strict=True):
            assert 0 <= after - at < allowed, what


def test_receivers_are_told_of_the_same_ends(
    told: list[tuple[int, Told]],
    received: list[tuple[int, Told]],
    incidents: dict[str, Incident],
) -> None:
    """An Alertmanager that was started anew has forgotten a group's rhythm, and tells of its end earlier."""
    end = incidents["receivers_refuse"].start
    ours, theirs = (before(end, what, firing=False) for what in (told, received))

    # What one of them sends a little after `end` the other may have sent before.
    assert {what for what in ours if max(ours[what]) < end - 5 * MINUTE} <= set(theirs)
    assert {what for what in theirs if max(theirs[what]) < end - 5 * MINUTE} <= set(ours)
    for what, times in ours.items():
        for at, after in zip(times, theirs.get(what, ()), strict=False):
            assert -5 * MINUTE <= after - at < HANGS, what


def test_rules_write_what_the_server_wrote(
    folder: Path, simulated: tuple[Backtest, Replay], incidents: dict[str, Incident]
) -> None:
    result, replay = simulated
    anything = (Matcher(METRIC_NAME, MatchOp.REGEX, "ALERTS|.+:.+"),)
    with open_recording(folder / "written") as recording:
        # Alerts that are there at the start write no series until their state is restored.
        start, _ = recording.span() or (0, 0)
        theirs = written(recording.select(anything, start, result.end))
    ours = written(replay.source.select(anything, start, result.end))
    hung = [incidents[name] for name in HUNG]

    different = {
        (labels["alertname"], time)
        for labels, time in theirs.keys() | ours.keys()
        if theirs.get((labels, time)) != ours.get((labels, time))
    }
    for alert, time in different:
        assert any(
            alert in incident.alerts and incident.start <= time <= incident.end + 6 * MINUTE
            for incident in hung
        ), (alert, time)
    assert len(theirs) > 1500
    assert len(different) < 80


def written(samples: Samples) -> dict[tuple[Labels, int], bytes]:
    return {
        (labels, time): struct.pack("<d", value)
        for labels, times, values in samples
        for time, value in zip(times.tolist(), values.tolist(), strict=True)
    }
