"""The simulator tells what a real Alertmanager told of what a real Prometheus made of the same rules and scrapes.

`recordings/stack` keeps the rules, the routing, what the rules wrote, and what receivers were told.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import attrs
import pytest

from mixwright.alertmanager import read_config
from mixwright.backtest import Backtest, Incident, backtest, read_incidents
from mixwright.recordings import open_recording
from mixwright.replay.groups import Replay
from mixwright.replay.rules import Group
from mixwright.rulefiles import read_rule_file
from mixwright.values import Labels

FIRST, SECOND = "http://127.0.0.1:9093", "http://127.0.0.2:9093"
SLACK = 2_000
"""Milliseconds by which a notification may come later: an alert is sent, and a webhook answers."""

Told: TypeAlias = tuple[str, Labels, frozenset[tuple[str, Labels]]]
"""A receiver, a group, and its alerts with `firing` or `resolved`."""


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
def received(folder: Path) -> list[tuple[int, str, Told]]:
    lines = (folder / "notifications.jsonl").read_text("utf-8").splitlines()
    return [
        (
            round(datetime.fromisoformat(line["time"]).astimezone(UTC).timestamp() * 1000),
            line["from"],
            (
                line["receiver"],
                Labels(line["group"]),
                frozenset((alert["status"], Labels(alert["labels"])) for alert in line["alerts"]),
            ),
        )
        for line in map(json.loads, lines)
    ]


def told(result: Backtest, until: int) -> list[tuple[int, Told]]:
    """Return what the simulator sends before a time (ms), heartbeats left out."""
    found = []
    for flush in result.flushes:
        for sent in flush.notifications:
            alerts = [("firing", one.labels) for one in sent.firing]
            alerts += [("resolved", one.labels) for one in sent.resolved]
            if sent.receiver != "heartbeat" and flush.at < until:
                found.append((flush.at, (sent.receiver, flush.group, frozenset(alerts))))
    return found


def test_receivers_are_told_the_same_at_the_same_time(
    simulated: tuple[Backtest, Replay],
    received: list[tuple[int, str, Told]],
    incidents: dict[str, Incident],
) -> None:
    # From then on notifications are refused, and come late or never.
    until = incidents["receivers_refuse"].start
    ours = told(simulated[0], until)
    theirs = [(at, what) for at, sender, what in received if sender == FIRST and at < until]

    assert [what for _, what in ours] == [what for _, what in theirs]
    late = [after - at for (at, _), (after, _) in zip(ours, theirs, strict=True)]
    assert 0 <= min(late) <= max(late) < SLACK


def test_the_second_alertmanager_tells_nothing_while_it_sees_the_first(
    received: list[tuple[int, str, Told]], incidents: dict[str, Incident]
) -> None:
    apart, until = incidents["alertmanager_apart"], incidents["receivers_refuse"].start
    spoke = [at for at, sender, _ in received if sender == SECOND and at < until]

    assert spoke
    assert apart.start <= min(spoke) <= max(spoke) <= apart.end
