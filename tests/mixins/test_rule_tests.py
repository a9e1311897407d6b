"""Every alert of the standard mixins has a rule test in `rules/`, which pytest collects by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

FILES = sorted((Path(__file__).parent / "rules").glob("*_test.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem.removesuffix("_test"))
def test_every_alert_is_seen_to_fire_and_to_stay_silent(file: Path, repository: Path) -> None:
    content = yaml.safe_load(file.read_text())
    alerts = {
        rule["alert"]
        for mixin in content["mixwright"]["mixins"]
        for rules in (repository / "out" / mixin / "rules").glob("*.yaml")
        for group in yaml.safe_load(rules.read_text())["groups"]
        for rule in group["rules"]
        if "alert" in rule
    }
    cases = [case for test in content["tests"] for case in test.get("alert_rule_test", ())]

    assert {case["alertname"] for case in cases if case.get("exp_alerts")} == alerts
    silent = {case["alertname"] for case in cases if not case.get("exp_alerts")}
    # The dead man's switch is never silent.
    assert silent | {"Watchdog"} == alerts | {"Watchdog"}


def test_every_mixin_with_alerts_has_a_file(repository: Path) -> None:
    assert {file.stem.removesuffix("_test").replace("_", "-") for file in FILES} == {
        rules.parts[-3] for rules in (repository / "out").glob("*/rules/*.yaml")
    }
