"""Other projects' rule tests give the verdicts that promtool gives, test by test."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from mixwright.ruletest import FileResult, run_files

from .conftest import Verdicts, verdicts_of

# By file, whether each of its tests passes: what the names of files and tests say.
PROMTOOL: Verdicts = {
    "bad-input-series.yml": [False],
    "bad-promql.yml": [False],
    "bad-rules-error-test.yml": [False],
    "bad-rules-syntax-test.yml": [],
    "failing.yml": [False, False],
    "no-test-group-interval.yml": [True],
    "rules_run.yml": [True, False],
    "rules_run_fuzzy.yml": [True, False],
    "rules_run_no_fuzzy.yml": [False],
    "unittest.yml": [True] * 5,
}
KUBERNETES = ("absent_alert-test", "apps_alerts-test", "kubelet-test", "tests")


def verdict(result: FileResult) -> list[bool]:
    return [] if result.unreadable else [test.passed for test in result.tests]


@pytest.mark.parametrize("name", PROMTOOL)
def test_promtools_own_files_pass_and_fail(name: str, shared: Path) -> None:
    (result,) = run_files([shared / "conformance" / "promtool" / name])

    assert verdict(result) == PROMTOOL[name]
    assert bool(result.unreadable) == (name == "bad-rules-syntax-test.yml")


@pytest.mark.parametrize("name", KUBERNETES)
def test_the_kubernetes_mixin_passes_its_tests(name: str, shared: Path) -> None:
    (result,) = run_files([shared / "conformance" / "kubernetes-mixin" / "tests" / f"{name}.yaml"])

    assert result.unreadable == ""
    assert [test for test in result.tests if not test.passed] == []
    assert sum(len(test.cases) for test in result.tests) > 0


def test_promtool_says_the_same_of_its_own_files(
    promtool: str, shared: Path, tmp_path: Path
) -> None:
    folder = shared / "conformance" / "promtool"

    # Where rules cannot be read promtool fails every test, here there is none.
    expected = PROMTOOL | {"bad-rules-syntax-test.yml": [False]}
    files = [str(folder / name) for name in PROMTOOL]
    found = verdicts_of(promtool, tmp_path, files)

    assert {Path(file).name: verdicts for file, verdicts in found.items()} == expected


def broken(rules: str) -> str:
    """Return rules with changes here and there that many tests must notice."""
    changed = rules.replace("for: 15m", "for: 30m").replace(" > 0", " >= 0")
    return re.sub(r"\brate\(", "increase(", changed).replace("max by", "min by")


@pytest.mark.slow
def test_promtool_says_the_same_of_a_broken_kubernetes_mixin(
    promtool: str, shared: Path, tmp_path: Path
) -> None:
    source = shared / "conformance" / "kubernetes-mixin"
    (tmp_path / "tests").mkdir()
    for file in ("prometheus_alerts.yaml", "prometheus_rules.yaml"):
        (tmp_path / file).write_text(broken((source / file).read_text()))
    files = [f"tests/{name}.yaml" for name in KUBERNETES]
    for file in files:
        shutil.copyfile(source / file, tmp_path / file)

    theirs = verdicts_of(promtool, tmp_path, files)
    ours = {
        str(r.path.relative_to(tmp_path)): verdict(r)
        for r in run_files(tmp_path / f for f in files)
    }

    assert ours == theirs
    assert 5 < sum(not passed for verdicts in ours.values() for passed in verdicts)
