"""What tests of rule tests share: files written from texts, and a recent promtool where there is one."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from xml.etree import ElementTree

import pytest

from mixwright.ruletest import FileResult, run_files

Verdicts = dict[str, list[bool]]


@pytest.fixture
def run(tmp_path: Path) -> Callable[..., FileResult]:
    """Return a function that runs one test file; `rules` is what `rules.yml` beside it holds."""

    def run(test: str, rules: str = "", **options: bool) -> FileResult:
        (tmp_path / "rules.yml").write_text(dedent(rules))
        (tmp_path / "test.yml").write_text(dedent(test))
        (result,) = run_files([tmp_path / "test.yml"], **options)  # type: ignore[arg-type]
        return result

    return run


@pytest.fixture(scope="session")
def promtool() -> str:
    """The path of a promtool of Prometheus 3: older ones have closed windows and other fields."""
    if chosen := os.environ.get("MIXWRIGHT_PROMTOOL"):
        return chosen
    path = shutil.which("promtool")
    if path is None:
        pytest.skip("`promtool` is not installed; set MIXWRIGHT_PROMTOOL to compare verdicts")
    version = subprocess.run([path, "--version"], capture_output=True, text=True, check=True).stdout
    if "version 3." not in version:
        pytest.skip(f"`{path}` is not of Prometheus 3; set MIXWRIGHT_PROMTOOL to compare verdicts")
    return path


def verdicts_of(promtool: str, folder: Path, files: list[str]) -> Verdicts:
    """Return by file whether each of its tests passes; a file that promtool refuses has no test."""
    report = folder / "promtool.xml"
    subprocess.run(
        [promtool, "test", f"--junit={report}", "rules", *files],
        cwd=folder,
        capture_output=True,
        check=False,
    )
    verdicts: Verdicts = {}
    for suite in ElementTree.parse(report).getroot():
        cases = [case for case in suite if case.find("error") is None]
        refused = len(cases) < len(suite)
        name = suite.attrib["name"]
        verdicts[name] = [] if refused else [case.find("failure") is None for case in cases]
    return verdicts
