"""`mixwright test --watch` runs again when a file has changed: a real process, real files."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from mixwright.ruletest.polling import dependencies

RULES = "groups: [{name: g, rules: [{alert: Down, expr: up == 0}]}]\n"
TEST = """
rule_files: [rules/*.yml]
tests:
  - input_series: [{series: up, values: 0}]
    alert_rule_test: [{alertname: Down, exp_alerts: [{}]}]
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.yml").write_text(RULES)
    (tmp_path / "test.yml").write_text(TEST)
    return tmp_path


@pytest.fixture
def watching(folder: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-m", "mixwright", "test", "test.yml", "--watch"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2] / "compiler")},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # A test run in the background has a shell ignore interrupts, which programs inherit.
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),
    ) as process:
        yield process
        process.kill()


def wait_for(process: subprocess.Popen[str], text: str) -> None:
    """Read what a run says until one says it; a file may be seen before it is written to the end."""
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if text in line:
            return
    raise AssertionError(f"it ended with `{''.join(said)}`")


def test_a_change_of_any_file_runs_the_tests_again(
    folder: Path, watching: subprocess.Popen[str]
) -> None:
    rules = folder / "rules" / "a.yml"
    wait_for(watching, "passed test.yml: 1 test")
    wait_for(watching, "watching 2 files")

    rules.write_text(RULES.replace("== 0", "> 1"))
    wait_for(watching, "other alerts are firing than expected")

    rules.write_text("groups: [{")
    wait_for(watching, "error")

    rules.write_text(RULES)
    wait_for(watching, "passed test.yml: 1 test")

    other = RULES.replace("Down", "Other").replace("name: g", "name: h")
    (folder / "rules" / "b.yml").write_text(other)
    wait_for(watching, "watching 3 files")

    watching.send_signal(signal.SIGINT)
    watching.communicate(timeout=60)
    assert watching.returncode in (0, 1, 2)


def test_rules_mixins_and_folders_are_watched(folder: Path) -> None:
    (folder / "mixins").mkdir()
    (folder / "mixins" / "rooms.py").write_text("")
    (folder / "test.yml").write_text(f"mixwright: {{mixins: [rooms]}}\n{TEST}")

    found = {str(path.relative_to(folder)) for path in dependencies([folder / "test.yml"])}

    assert {".", "test.yml", "rules", "rules/a.yml", "mixins", "mixins/rooms.py"} < found


def test_a_test_file_that_cannot_be_read_is_watched_all_the_same(folder: Path) -> None:
    (folder / "test.yml").write_text("tests: [{")

    assert {folder / "test.yml", folder} == dependencies([folder / "test.yml"])
