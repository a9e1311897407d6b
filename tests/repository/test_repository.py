"""The repository keeps its own rules."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mixwright.driver.compile import compile_project
from mixwright.driver.project import resolved

REPOSITORY = Path(__file__).resolve().parents[2]
PROGRAM = REPOSITORY / "compiler" / "mixwright"
MODULES = sorted(p for p in PROGRAM.rglob("*.py") if not {"standard", "template"} & set(p.parts))
LONGEST = 400


@pytest.mark.parametrize("module", MODULES, ids=lambda p: str(p.relative_to(PROGRAM)))
def test_a_module_is_short_enough_to_read(module: Path) -> None:
    assert len(module.read_text().splitlines()) <= LONGEST


@pytest.mark.parametrize("module", MODULES, ids=lambda p: str(p.relative_to(PROGRAM)))
def test_names_say_what_is_meant(module: Path) -> None:
    vague = {"manager", "helper", "helpers", "util", "utils", "base", "common", "misc", "processor"}

    assert not vague & set(module.relative_to(PROGRAM).with_suffix("").parts)


def test_out_is_what_the_definitions_say() -> None:
    results = compile_project(REPOSITORY, REPOSITORY / "out", check=True)

    assert [r.folder for r in results if not r.current] == []
    assert [r.folder for r in results if r.reused] == []


def test_the_output_is_the_same_bytes_in_every_process(tmp_path: Path) -> None:
    outputs = []
    for seed in ("1", "2"):
        out = tmp_path / seed
        subprocess.run(
            [sys.executable, "-m", "mixwright", "compile", "--out", str(out)],
            cwd=REPOSITORY,
            env={**os.environ, "PYTHONHASHSEED": seed},
            check=True,
            capture_output=True,
        )
        outputs.append({p.relative_to(out): p.read_bytes() for p in out.rglob("*") if p.is_file()})

    assert outputs[0] == outputs[1] != {}


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["compile", "--help"], ["lint", "--help"], ["compile", "--check"], ["lint"]],
)
def test_nothing_heavy_is_imported_before_it_is_needed(arguments: list[str]) -> None:
    script = (
        "import sys\nfrom mixwright.cli import main\n"
        "try: main(sys.argv[1:])\nexcept SystemExit: pass\n"
        "heavy = {'numba', 'pyarrow', 'plotly', 'dask'} & set(sys.modules)\n"
        "print('HEAVY', sorted(heavy))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=True,
    )

    assert done.stdout.splitlines()[-1] == "HEAVY []", done.stdout


def test_definitions_use_only_public_names() -> None:
    allowed = re.compile(
        r"from (mixwright|mixwright\.promql|mixwright\.standard\.\w+(\.\w+)*) import"
    )
    wrong = [
        f"{file.relative_to(REPOSITORY)}: {line}"
        for folder in ("mixins", "rules", "dashboards")
        for file in sorted((REPOSITORY / folder).rglob("*.py"))
        for line in file.read_text().splitlines()
        if re.match(r"\s*(from|import) mixwright", line) and not allowed.match(line.strip())
    ]

    assert wrong == []


def test_every_alert_has_a_runbook_page() -> None:
    alerts = {alert.name for mixin in resolved(REPOSITORY) for alert in mixin.alerts()}
    pages = {page.stem for page in (REPOSITORY / "runbooks").rglob("*.md")}

    assert alerts - pages == set()


@pytest.mark.slow
def test_a_wheel_works_outside_the_checkout(tmp_path: Path) -> None:
    def run(*command: str | Path, cwd: Path = tmp_path) -> str:
        done = subprocess.run(
            [str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    quiet = ("--quiet", "--disable-pip-version-check")
    run(sys.executable, "-m", "pip", "wheel", *quiet, "--no-deps", "-w", tmp_path, REPOSITORY)
    (wheel,) = tmp_path.glob("mixwright-*.whl")
    run(sys.executable, "-m", "venv", tmp_path / "venv")
    python = tmp_path / "venv" / "bin" / "python"
    run(python, "-m", "pip", "install", *quiet, wheel)
    mixwright = python.with_name("mixwright")

    run(mixwright, "compile", "node", "http-service", "--out", tmp_path / "out")
    run(mixwright, "init", tmp_path / "mine")
    run(mixwright, "compile", cwd=tmp_path / "mine")
    run(mixwright, "lint", cwd=tmp_path / "mine")
    query = ("query", "sum(up)", "--recording", REPOSITORY / "recordings" / "loopback" / "metrics")
    assert '"resultType":"vector"' in run(mixwright, *query, "--format", "json")

    names = run(
        "ls", tmp_path / "venv" / "lib" / f"python3.{sys.version_info[1]}" / "site-packages"
    )
    assert {"rules", "dashboards", "mixins"} & set(names.split()) == set()
