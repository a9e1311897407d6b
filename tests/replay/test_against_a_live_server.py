"""The replay writes what a real Prometheus wrote that ran the same rules live on the same scrapes."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

import attrs
import pytest

from mixwright.frame import STALE_NAN, MemorySource, Samples
from mixwright.recordings import open_recording
from mixwright.replay.groups import Replay, replay, schedule
from mixwright.replay.rules import Group, is_alert
from mixwright.rulefiles import read_rule_file
from mixwright.values import METRIC_NAME, Duration, Labels, Matcher, MatchOp

Bits: TypeAlias = dict[tuple[Labels, int], bytes]
ALERTS = ("ALERTS", "ALERTS_FOR_STATE")


@attrs.frozen
class Deployed:
    """A rule file under the path that the server read it by."""

    name: str
    rules: tuple[Group, ...]
    rule_file: str


@pytest.fixture(scope="module")
def folder(repository: Path) -> Path:
    return repository / "recordings" / "rules"


@pytest.fixture(scope="module")
def recorded(folder: Path) -> Samples:
    with open_recording(folder / "metrics") as recording:
        return recording.select((), *(recording.span() or (0, 0)))


@pytest.fixture(scope="module")
def replayed(folder: Path, recorded: Samples) -> Replay:
    files = [
        Deployed(path.name, read_rule_file(path), f"rules/{path.name}")
        for path in sorted((folder / "rules").glob("*.yaml"))
    ]
    beats = {labels["group"]: times for labels, times, _ in heartbeats(recorded)}
    start = min(int(times[0]) for times in beats.values())
    span = recorded.span()
    assert span is not None
    rules = []
    for rule in schedule(files, interval=Duration(0), start=start - 20_000, end=span[1] + 20_000):
        # A server that is told to read rules begins with each group at its own next slot.
        first, last = (int(beats[rule.group.name][n]) + rule.offset for n in (0, -1))
        steps = attrs.evolve(rule.steps, end=last)
        late = (first - steps.start) // steps.step * steps.step
        rules.append(attrs.evolve(rule, steps=attrs.evolve(steps, start=steps.start + late)))
    return replay(rules, MemorySource(recorded))


def heartbeats(samples: Samples) -> Iterator[tuple[Labels, list[int], list[float]]]:
    for labels, times, values in samples:
        if labels.name == "heartbeat":
            yield labels, times.tolist(), values.tolist()


def written(samples: Samples, names: set[str]) -> Bits:
    return {
        (labels, time): struct.pack("<d", value)
        for labels, times, values in samples
        if labels.name in names
        for time, value in zip(times.tolist(), values.tolist(), strict=True)
    }


def test_every_sample_that_rules_wrote_is_the_same(recorded: Samples, replayed: Replay) -> None:
    names = {r.scheduled.rule.name for r in replayed.rules if not is_alert(r.scheduled.rule)}
    names |= set(ALERTS)
    anything = [Matcher(METRIC_NAME, MatchOp.REGEX, "|".join(sorted(names)))]
    found = replayed.source.select(anything, *(recorded.span() or (0, 0)))

    expected, got = written(recorded, names), written(found, names)

    assert [] == sorted(f"{labels} at {time}" for labels, time in expected.items() ^ got.items())
    assert 9302 == len(expected)


def test_the_recording_holds_what_is_hard(recorded: Samples) -> None:
    alerts = written(recorded, {"ALERTS"})
    states = {(labels["alertname"], labels["alertstate"]) for labels, _ in alerts}

    assert {"pending", "firing"} == {state for _, state in states}
    assert {name for name, _ in states} >= {"KeepsFiring", "Graded", "TaskRuns", "Latched"}
    assert sum(bits == struct.pack("<d", STALE_NAN) for bits in alerts.values()) > 50
    # The template quirk: what expands to nothing shows its text.
    assert any("{{" in labels.get("empty", "") for labels, _ in alerts)


def test_evaluations_lie_in_the_servers_slots(recorded: Samples, replayed: Replay) -> None:
    steps = {r.scheduled.group.name: r.scheduled for r in replayed.rules}

    for labels, times, values in heartbeats(recorded):
        scheduled = steps[labels["group"]]
        assert [time - scheduled.offset for time in scheduled.steps.times.tolist()] == times
        assert times == [round(value * 1000) for value in values]


def test_the_same_evaluations_fail(recorded: Samples, replayed: Replay) -> None:
    metric = "prometheus_rule_evaluation_failures_total"
    server = {
        labels["rule_group"].partition(";")[2]: values[-1]
        for labels, _, values in recorded
        if labels.name == metric
    }
    ours: dict[str, int] = dict.fromkeys(server, 0)
    for rule in replayed.rules:
        ours[rule.scheduled.group.name] += len(rule.failures)

    assert {"failing", "limited", "templates", "capped"} == {g for g, n in ours.items() if n}
    # The last scrape of the server's own metrics comes a little before the end.
    for group, count in ours.items():
        assert 0 <= count - server[group] <= 4, group
