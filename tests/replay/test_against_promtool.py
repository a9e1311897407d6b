"""The replay writes what promtool's own rule engine writes: random series, chains, recursion, states."""

from __future__ import annotations

import random
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
import yaml

from mixwright.backends.rulefile import groups
from mixwright.frame import Samples, Steps, is_stale
from mixwright.model import Alert, Mixin, Recording, RuleGroup
from mixwright.recordings.memory import MemoryRecording
from mixwright.replay.dependencies import ScheduledRule
from mixwright.replay.groups import Replay, replay
from mixwright.values import Labels, Matcher, MatchOp

STEPS = Steps(0, 30 * 60_000, 60_000)
WRITTEN = ("ALERTS", "ALERTS_FOR_STATE", "place:room:max", "count", "late")


def rules(chance: random.Random) -> RuleGroup:
    def span() -> str:
        return chance.choice(["0s", "30s", "1m", "90s", "2m", "5m"])

    def alert(name: str, expr: str, **labels: str) -> Alert:
        return Alert(
            name,
            expr=expr,
            severity="page",
            summary="x",
            hold=span(),
            keep_firing=span(),
            labels=labels,
        )

    return RuleGroup(
        "group",
        rules=(
            Recording("late", expr="place:room:max + 1"),
            Recording("place:room:max", expr="max by (place) (room)", labels={"unit": "C"}),
            Recording("count", expr="count + 1 or on () vector(0)"),
            alert("Hot", "place:room:max > 5", severity="page"),
            alert("Valued", "room > 4", heat="{{ $value }}", gone="{{ $labels.nope }}"),
            alert("Echo", 'ALERTS{alertname="Hot", alertstate="firing"}'),
            alert("Sticky", 'room > 6 or room > 2 and on (place) ALERTS{alertname="Sticky"}'),
        ),
    )


def series(chance: random.Random) -> dict[str, list[float | str]]:
    """Return series that rise, fall, break off and come back; `_` is no sample, `stale` a marker."""
    found = {}
    for place in "ab":
        values: list[float | str] = []
        while len(values) < len(STEPS):
            value: float | str = chance.choice([1, 3, 5, 5.5, 7, 9, "stale"])
            values += [value] * (1 if value == "stale" else chance.randint(1, 6))
        found[f'room{{place="{place}"}}'] = values[: len(STEPS)]
    return found


def ours(group: RuleGroup, given: dict[str, list[float | str]]) -> Replay:
    recorded = []
    for name, values in given.items():
        numbers = np.array([np.nan if v == "stale" else float(v) for v in values])
        numbers.view(np.uint64)[np.isnan(numbers)] = 0x7FF0000000000002
        labels = Labels({"__name__": "room", "place": name[12]})
        recorded.append((labels, STEPS.times, numbers))
    scheduled = [
        ScheduledRule(mixin="m", group=group, position=n, rule=rule, steps=STEPS)
        for n, rule in enumerate(group.rules)
    ]
    source = MemoryRecording(Samples.of(recorded), form="test", provenance="")
    return replay(scheduled, source)


def expectations(done: Replay) -> list[dict[str, object]]:
    """Return what promtool is to expect of every written name at every minute."""
    expected = []
    for name in WRITTEN:
        found = done.source.select([Matcher("__name__", MatchOp.EQUAL, name)], 0, STEPS.end)
        at: dict[int, list[dict[str, object]]] = {int(time): [] for time in STEPS.times}
        for labels, times, values in found:
            for time, value, stale in zip(times, values, is_stale(values.copy()), strict=True):
                if not stale:
                    at[int(time)].append({"labels": str(labels), "value": float(value)})
        expected += [
            {"expr": name, "eval_time": f"{time // 1000}s", "exp_samples": samples}
            for time, samples in at.items()
        ]
    return expected


@pytest.mark.parametrize("seed", range(12))
def test_what_rules_write_is_what_promtool_says_they_write(seed: int, tmp_path: Path) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("`promtool` is not installed; it is the judge of this test")
    chance = random.Random(seed)
    group, given = rules(chance), series(chance)
    expected = expectations(ours(group, given))
    content = {"groups": groups(Mixin("m", version="1.0.0", rules=(group,)))}
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump(content))
    test = {
        "rule_files": ["rules.yaml"],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [
                    {"series": name, "values": " ".join(map(str, values))}
                    for name, values in given.items()
                ],
                "promql_expr_test": expected,
            }
        ],
    }
    (tmp_path / "test.yaml").write_text(yaml.safe_dump(test))

    run = subprocess.run(
        [promtool, "test", "rules", "test.yaml"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert sum(len(e["exp_samples"]) for e in expected) > 100  # type: ignore[arg-type, misc]
    assert "SUCCESS" in run.stdout, run.stderr + run.stdout
