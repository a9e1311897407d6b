"""Each field and rule of promtool's semantics, with promtool itself as the judge where it is found."""

from __future__ import annotations

from pathlib import Path
from textwrap import indent
from typing import Any

import pytest
import yaml

from mixwright.ruletest import run_files

from .conftest import verdicts_of

DATA = yaml.safe_load((Path(__file__).parent / "data" / "cases.yaml").read_text())
CASES: list[dict[str, Any]] = DATA["cases"]


def write(case: dict[str, Any], folder: Path, number: int = 0) -> str:
    """Write a case's rule file and test file; return the test file's name."""
    (folder / f"rules{number}.yml").write_text(case.get("rules", DATA["rules"]))
    test = indent(case["test"], "    ").replace("    ", "  - ", 1)
    file = folder / f"test{number}.yml"
    file.write_text(f"rule_files: [rules{number}.yml]\n{case.get('top', '')}\ntests:\n{test}")
    return file.name


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_case_passes_or_fails_as_it_should(case: dict[str, Any], tmp_path: Path) -> None:
    (result,) = run_files([tmp_path / write(case, tmp_path)])

    assert result.unreadable == ""
    assert result.passed == case["passes"], result.tests


def test_promtool_agrees_on_every_case(promtool: str, tmp_path: Path) -> None:
    files = [write(case, tmp_path, number) for number, case in enumerate(CASES)]

    verdicts = verdicts_of(promtool, tmp_path, files)

    found = {case["name"]: verdicts[file] for case, file in zip(CASES, files, strict=True)}
    assert found == {case["name"]: [case["passes"]] for case in CASES}
