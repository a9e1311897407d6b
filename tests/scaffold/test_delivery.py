"""What `mixwright init` lays out for CI and commits does what it says, run as those would run it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from mixwright.scaffold import lay_out

Run = Callable[[str], subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Path:
    """A project as it is laid out, compiled, with a recording."""
    root = tmp_path_factory.mktemp("delivery") / "project"
    lay_out(root)
    shutil.copytree(
        repository / "recordings" / "loopback" / "metrics", root / "recordings" / "loop"
    )
    shutil.copy(
        repository / "recordings" / "loopback" / "incidents.yaml", root / "recordings" / "loop"
    )
    subprocess.run([sys.executable, "-m", "mixwright", "-C", root, "compile"], check=True)
    return root


@pytest.fixture
def project(compiled: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(compiled, tmp_path / "project"))


@pytest.fixture
def run(project: Path, tmp_path: Path) -> Run:
    """Return what runs a line of shell in the project, where `mixwright` is the one under test."""
    program = tmp_path / "bin" / "mixwright"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m mixwright "$@"\n')
    program.chmod(0o755)
    environment = {
        **os.environ,
        "PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
    }

    def shell(line: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-e", "-c", line],
            cwd=project, env=environment, capture_output=True, text=True, check=False,
        )  # fmt: skip

    return shell


def github(project: Path) -> list[str]:
    workflow = yaml.safe_load((project / ".github/workflows/mixwright.yaml").read_text())
    # YAML 1.1 reads the key `on` as a truth value.
    assert {"name", True, "permissions", "jobs"} == workflow.keys()
    steps = workflow["jobs"]["monitoring"]["steps"]
    assert all(("uses" in step) != ("run" in step) for step in steps)
    return [step["run"] for step in steps if "run" in step]


def gitlab(project: Path) -> list[str]:
    (job,) = yaml.safe_load((project / ".gitlab-ci.yml").read_text()).values()
    assert job["artifacts"]["reports"]["junit"] == "build/tests.xml"
    script: list[str] = job["script"]
    return script


def own(lines: list[str], project: Path) -> Iterator[str]:
    """Yield the lines that run something of ours; what they install is ours, too."""
    assert lines[0] == "pip install -r requirements.txt"
    assert (project / "requirements.txt").read_text() == f"mixwright=={version('mixwright')}\n"
    yield from lines[1:]


@pytest.mark.slow
@pytest.mark.parametrize("lines", [github, gitlab])
def test_every_line_of_ci_passes_on_a_new_project(
    project: Path, run: Run, tmp_path: Path, lines: Callable[[Path], list[str]]
) -> None:
    for line in own(lines(project), project):
        done = run(line)
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
    if lines is gitlab:
        suite = ElementTree.parse(project / "build" / "tests.xml").getroot()
        assert len(suite.findall(".//testcase")) >= 1
        assert (project / "build" / "report" / "recordings" / "loop" / "index.html").is_file()
    else:
        assert "checkout_slow" in (tmp_path / "summary.md").read_text()


@pytest.mark.parametrize("lines", [github, gitlab])
def test_ci_fails_for_an_output_that_is_stale(
    project: Path, run: Run, lines: Callable[[Path], list[str]]
) -> None:
    definition = project / "mixins" / "web.py"
    definition.write_text(definition.read_text().replace("P95 > 0.5", "P95 > 0.75"))

    statuses = {
        line: run(line).returncode for line in own(lines(project), project) if "compile" in line
    }

    assert statuses == {"mixwright compile --check": 1}


def hooks(project: Path) -> dict[str, str]:
    (repository,) = yaml.safe_load((project / ".pre-commit-config.yaml").read_text())["repos"]
    assert repository["repo"] == "local"
    return {hook["id"]: hook["entry"] for hook in repository["hooks"]}


def test_the_hooks_compile_and_lint(project: Path, run: Run) -> None:
    definition = project / "mixins" / "web.py"
    definition.write_text(definition.read_text().replace("P95 > 0.5", "P95 > 0.75"))

    assert {name: run(entry).returncode for name, entry in hooks(project).items()} == {
        "mixwright-compile": 0,
        "mixwright-lint": 0,
    }
    assert "> 0.75" in (project / "out" / "web" / "rules" / "web.yaml").read_text()


@pytest.mark.slow
def test_pre_commit_stops_a_commit_whose_output_is_stale(project: Path, run: Run) -> None:
    if not shutil.which("pre-commit"):
        pytest.skip("`pre-commit` is not installed")
    commit = "git -c user.name=a -c user.email=a@b commit -qm x"
    first = run(f"git init -q . && pre-commit install && git add -A . && {commit}")
    assert first.returncode == 0, first.stdout + first.stderr
    definition = project / "mixins" / "web.py"
    definition.write_text(definition.read_text().replace("P95 > 0.5", "P95 > 0.75"))

    stopped = run(f"git add mixins && {commit}")
    taken = run(f"git add mixins out && {commit}")

    assert stopped.returncode == 1
    assert "files were modified by this hook" in stopped.stderr + stopped.stdout
    assert taken.returncode == 0, taken.stdout + taken.stderr
