"""The README keeps its word: every command in it runs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from mixwright.driver.project import resolved

REPOSITORY = Path(__file__).resolve().parents[2]
README = (REPOSITORY / "README.md").read_text()
BLOCKS = re.findall(r"```sh\n(.*?)```", README, flags=re.DOTALL)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A place that looks like the checkout and may be written to."""
    for name in ("mixins", "rules", "dashboards", "recordings", "runbooks"):
        if (REPOSITORY / name).exists():
            (tmp_path / name).symlink_to(REPOSITORY / name)
    return tmp_path


def test_there_are_commands() -> None:
    assert len(BLOCKS) >= 5


@pytest.mark.slow
@pytest.mark.parametrize("block", [b for b in BLOCKS if "make " not in b])
def test_every_command_runs(block: str, checkout: Path) -> None:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

    done = subprocess.run(
        ["bash", "-e", "-c", block],
        cwd=checkout,
        env={**os.environ, "PATH": path},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_the_definition_compiles(tmp_path: Path) -> None:
    (source,) = re.findall(r"```python\n(.*?)```", README, flags=re.DOTALL)
    (tmp_path / "mixins").mkdir()
    (tmp_path / "mixins" / "web.py").write_text(source)

    (mixin,) = resolved(tmp_path)

    assert [dashboard.slug for dashboard in mixin.all_dashboards()] == ["service", "instance"]


@pytest.mark.parametrize("target", re.findall(r"make (\w+)", "".join(BLOCKS)))
def test_every_make_target_exists(target: str) -> None:
    done = subprocess.run(
        ["make", "--dry-run", target], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr


def test_the_two_commands_are_what_ci_runs() -> None:
    script = (REPOSITORY / ".ci" / "run").read_text()

    assert [line for line in script.splitlines() if line.startswith("make ")] == [
        "make demo",
        "make test",
    ]


@pytest.mark.parametrize("target", re.findall(r"\]\(([^)#:]+)\)", README))
def test_every_link_leads_somewhere(target: str) -> None:
    assert (REPOSITORY / target).exists()
