"""How tests of alert families are run: a few series, the rules, and who fires at the end.

The simulator tells, and in slow runs promtool as well: both must agree.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import attrs
import numpy as np
import pytest

from mixwright import Alert, Duration, Mixin, RuleGroup
from mixwright.backtest import backtest
from mixwright.frame import Samples
from mixwright.promql import parse
from mixwright.recordings.memory import MemoryRecording
from mixwright.values import Labels

Series: TypeAlias = Mapping[str, Sequence[float | None]]
"""Values of each series at even intervals, `None` where a scrape failed."""
Firing: TypeAlias = Callable[..., list[dict[str, str]]]


@pytest.fixture(params=["simulator", pytest.param("promtool", marks=pytest.mark.slow)])
def firing(request: pytest.FixtureRequest, tmp_path: Path) -> Firing:
    """Return a function from rules and series to the labels of the alerts that fire at the end."""

    def run(
        rules: Alert | Sequence[RuleGroup], series: Series, *, every: str = "1m"
    ) -> list[dict[str, str]]:
        groups = [RuleGroup("test", rules=rules)] if isinstance(rules, Alert) else rules
        if request.param == "simulator":
            return _simulated(groups, series, Duration.parse(every))
        return _asked_of_promtool(groups, series, every, tmp_path)

    return run


def _simulated(
    groups: Sequence[RuleGroup], series: Series, every: Duration
) -> list[dict[str, str]]:
    def samples(name: str, values: Sequence[float | None]) -> tuple[Labels, object, object]:
        kept = [(at * every.ms, value) for at, value in enumerate(values) if value is not None]
        times, floats = zip(*kept, strict=True)
        labels = Labels((m.name, m.value) for m in parse(name).conditions)
        return labels, np.array(times), np.array(floats, dtype=float)

    # An alert's labels are the series' and its own; the simulator keeps the name apart.
    recording = MemoryRecording(
        Samples.of(samples(name, values) for name, values in series.items()),
        form="test",
        provenance="written by hand",
    )
    # As promtool does, evaluate every group whenever there are samples.
    mixin = Mixin(
        "test",
        version="1.0.0",
        rules=[attrs.evolve(group, interval=every) for group in groups],
    )
    result = backtest([mixin], recording)
    return [
        {"alertname": alert.alert.name, **episode.labels}
        for alert in result.alerts
        for episode in alert.episodes
        if episode.fired and episode.resolved_at is None
    ]


def _asked_of_promtool(
    groups: Sequence[RuleGroup], series: Series, every: str, folder: Path
) -> list[dict[str, str]]:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed")
    end = Duration(Duration.parse(every).ms * (max(map(len, series.values())) - 1))
    test = {
        "interval": every,
        "input_series": [
            {"series": name, "values": " ".join(map(_value, values))}
            for name, values in series.items()
        ],
        "alert_rule_test": [
            {"eval_time": str(end), "alertname": rule.name}
            for group in groups
            for rule in group.rules
            if isinstance(rule, Alert)
        ],
    }
    file = {"rule_files": ["rules.yaml"], "evaluation_interval": every, "tests": [test]}
    (folder / "rules.yaml").write_text(json.dumps({"groups": [*map(_group, groups)]}))
    (folder / "test.yaml").write_text(json.dumps(file))
    done = subprocess.run(
        [promtool, "test", "rules", "test.yaml"], cwd=folder, capture_output=True, text=True
    )
    # The test expects no alert at all, and complains about each that fires.
    found = re.findall(r"Labels:\{(.*)\}", done.stdout + done.stderr)
    assert found or done.returncode == 0, done.stderr
    return [dict(re.findall(r'(\w+)="([^"]*)"', labels)) for labels in found]


def _group(group: RuleGroup) -> dict[str, object]:
    rules: list[dict[str, object]] = []
    for rule in group.rules:
        text = {"expr": str(rule.expr), "labels": dict(rule.labels)}
        if isinstance(rule, Alert):
            hold = {"for": str(rule.hold), "keep_firing_for": str(rule.keep_firing)}
            rules.append({"alert": rule.name, **hold, **text})
        else:
            rules.append({"record": rule.name, **text})
    return {"name": group.name, "rules": rules}


def _value(value: float | None) -> str:
    return "_" if value is None else repr(float(value))
