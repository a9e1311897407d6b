"""pytest collects rule test files, a case each an item, and leaves all other YAML alone."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

RULES = """
groups:
  - name: g
    rules: [{alert: Down, expr: up == 0, annotations: {summary: "{{ $labels.job }} is down"}}]
"""
TEST = """
rule_files: [rules.yml]
tests:
  - name: it fires
    input_series: [{series: 'up{job="a"}', values: 0}]
    alert_rule_test:
      - {alertname: Down, exp_alerts: [{exp_labels: {job: a}, exp_annotations: {summary: a is down}}]}
      - {alertname: Down, exp_alerts: [{exp_labels: {job: b}, exp_annotations: {summary: a is down}}]}
    promql_expr_test:
      - {expr: up, exp_samples: [{labels: 'up{job="a"}', value: 0}]}
  - name: nothing
"""
BROKEN = "rule_files: [nowhere.yml]\ntests: [{}]\n"
FOREIGN = "test_name: of another tool\nstages: [{name: a}]\n"


@pytest.fixture
def folder(tmp_path: Path, repository: Path) -> Path:
    """A project, beside a package that is installed with the plugin's entry point as it is released."""
    release = tomllib.loads((repository / "pyproject.toml").read_text())["project"]
    installed = tmp_path / "installed" / "mixwright_plugin-1.dist-info"
    installed.mkdir(parents=True)
    (installed / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: mixwright_plugin\nVersion: 1\n"
    )
    (plugin,) = release["entry-points"]["pytest11"].items()
    (installed / "entry_points.txt").write_text(f"[pytest11]\n{plugin[0]} = {plugin[1]}\n")
    project = tmp_path / "project"
    project.mkdir()
    (project / "pytest.ini").write_text("[pytest]\naddopts = -p no:cacheprovider\n")
    (project / "rules.yml").write_text(RULES)
    return project


def run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    compiler = Path(__file__).resolve().parents[2] / "compiler"
    path = os.pathsep.join((str(compiler), str(folder.parent / "installed")))
    return subprocess.run(
        [sys.executable, "-m", "pytest", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", ["web_test.yaml", "web.test.yml", "test_web.yaml"])
def test_every_case_is_an_item(folder: Path, name: str) -> None:
    (folder / name).write_text(TEST)

    done = run(folder, "--collect-only", "-q")

    assert done.returncode == 0, done.stdout
    assert [
        f"{name}::it fires::alert Down at 0s",
        f"{name}::it fires::alert Down at 0s, line 8",
        f"{name}::it fires::expression up at 0s",
        f"{name}::nothing::no cases",
    ] == done.stdout.splitlines()[:4]


def test_a_failure_shows_expected_and_got_without_a_traceback(folder: Path) -> None:
    (folder / "web_test.yaml").write_text(TEST)

    done = run(folder)

    assert done.returncode == 1
    assert "2 failed, 2 passed" in done.stdout
    assert "web_test.yaml:8: alert Down at 0s: other alerts are firing than expected" in done.stdout
    assert '  - {alertname="Down", job="b"}\n' in done.stdout
    assert '  + {alertname="Down", job="a"}\n' in done.stdout
    assert "the test has no cases, so nothing can fail" in done.stdout
    assert "Traceback" not in done.stdout
    assert "pytest_mixwright.py" not in done.stdout


def test_one_case_can_be_run(folder: Path) -> None:
    (folder / "web_test.yaml").write_text(TEST)

    done = run(folder, "web_test.yaml::it fires::expression up at 0s")

    assert (0, True) == (done.returncode, "1 passed" in done.stdout)


def test_a_file_that_cannot_be_read_is_an_error_in_one_line(folder: Path) -> None:
    (folder / "web_test.yaml").write_text(BROKEN)

    done = run(folder)

    assert done.returncode == 2
    assert "web_test.yaml:1: `nowhere.yml` matches no rule file" in done.stdout
    assert "Traceback" not in done.stdout


def test_other_yaml_is_left_alone(folder: Path) -> None:
    (folder / "api_test.yaml").write_text(FOREIGN)
    (folder / "checks.yaml").write_text(TEST)
    (folder / "test_bytes.yaml").write_bytes(b"\xff\xfe\x00")

    assert 5 == run(folder).returncode  # nothing collected


def test_other_names_can_be_configured(folder: Path) -> None:
    (folder / "pytest.ini").write_text("[pytest]\nmixwright_files = checks/*.yaml\n")
    (folder / "checks").mkdir()
    (folder / "checks" / "web.yaml").write_text(TEST.replace("rules.yml", "../rules.yml"))
    (folder / "other.yaml").write_text(TEST)

    done = run(folder, "--collect-only", "-q")

    assert {"checks/web.yaml"} == {
        line.partition("::")[0] for line in done.stdout.splitlines() if "::" in line
    }


def test_nothing_is_imported_for_a_run_without_rule_tests(folder: Path) -> None:
    (folder / "test_lazy.py").write_text(
        "import sys\n"
        "def test_lazy():\n"
        "    assert 'pytest_mixwright' in sys.modules\n"
        "    assert not {'mixwright', 'attrs', 'numpy', 'yaml', 'numba'} & sys.modules.keys()\n"
    )

    done = run(folder, "-p", "no:hypothesispytest")

    assert done.returncode == 0, done.stdout
