"""How tests of alert families are run: a few series, the rules, and who fires at the end."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import pytest

from mixwright import Alert, RuleGroup

Series: TypeAlias = Mapping[str, Sequence[float | None]]
"""Values of each series at even intervals, `None` where a scrape failed."""
Firing: TypeAlias = Callable[..., list[dict[str, str]]]


@pytest.fixture
def firing(tmp_path: Path) -> Firing:
    """Return the labels of all alerts that fire after the last sample."""
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("promtool is not installed")

    def run(
        rules: Alert | Sequence[RuleGroup], series: Series, *, every: str = "1m"
    ) -> list[dict[str, str]]:
        groups = [RuleGroup("test", rules=rules)] if isinstance(rules, Alert) else rules
        steps = max(map(len, series.values())) - 1
        amount, unit = int(every[:-1]), every[-1]
        alerts = [rule for group in groups for rule in group.rules if isinstance(rule, Alert)]
        (tmp_path / "rules.yaml").write_text(json.dumps({"groups": [*map(_group, groups)]}))
        test = {
            "rule_files": ["rules.yaml"],
            "evaluation_interval": every,
            "tests": [
                {
                    "interval": every,
                    "input_series": [
                        {"series": name, "values": " ".join(map(_value, values))}
                        for name, values in series.items()
                    ],
                    "alert_rule_test": [
                        {"eval_time": f"{amount * steps}{unit}", "alertname": alert.name}
                        for alert in alerts
                    ],
                }
            ],
        }
        (tmp_path / "test.yaml").write_text(json.dumps(test))
        done = subprocess.run(
            [promtool, "test", "rules", "test.yaml"], cwd=tmp_path, capture_output=True, text=True
        )
        found = re.findall(r"Labels:\{(.*)\}", done.stdout + done.stderr)
        assert found or done.returncode == 0, done.stderr
        return [dict(re.findall(r'(\w+)="([^"]*)"', labels)) for labels in found]

    return run


def _group(group: RuleGroup) -> dict[str, object]:
    rules: list[dict[str, object]] = []
    for rule in group.rules:
        text = {"expr": str(rule.expr), "labels": dict(rule.labels)}
        if isinstance(rule, Alert):
            rules.append({"alert": rule.name, "for": str(rule.hold), **text})
        else:
            rules.append({"record": rule.name, **text})
    return {"name": group.name, "rules": rules}


def _value(value: float | None) -> str:
    return "_" if value is None else repr(float(value))
